import type { AnyTool } from '../tool.ts';
import { getResult } from './account/get-result.ts';
import { getSystemHealth } from './account/get-system-health.ts';
import { listAuditEvents } from './account/list-audit-events.ts';
import { listWorkspaces } from './account/list-workspaces.ts';
import { createCluster } from './clusters/create-cluster.ts';
import { deleteCluster } from './clusters/delete-cluster.ts';
import { listClusters } from './clusters/list-clusters.ts';
import { updateCluster } from './clusters/update-cluster.ts';
import { describeComponentType } from './components/describe-component-type.ts';
import { listComponentTypes } from './components/list-component-types.ts';
import { discoverFileSchema } from './connections/discover-file-schema.ts';
import { discoverSchema } from './connections/discover-schema.ts';
import { getConnection } from './connections/get-connection.ts';
import { listConnections } from './connections/list-connections.ts';
import { previewData } from './connections/preview-data.ts';
import { testConnection } from './connections/test-connection.ts';
import { addPackageComponents } from './packages/add-package-components.ts';
import { clonePackage } from './packages/clone-package.ts';
import { createPackage } from './packages/create-package.ts';
import { deletePackage } from './packages/delete-package.ts';
import { diffPackageVersions } from './packages/diff-package-versions.ts';
import { getPackage } from './packages/get-package.ts';
import { getPackageMappings } from './packages/get-package-mappings.ts';
import { getTemplate } from './packages/get-template.ts';
import { listPackageVersions } from './packages/list-package-versions.ts';
import { listPackages } from './packages/list-packages.ts';
import { listTemplates } from './packages/list-templates.ts';
import { managePackageVariables } from './packages/manage-package-variables.ts';
import { publishTool } from './packages/publish-tool.ts';
import { removePackageComponents } from './packages/remove-package-components.ts';
import { renamePackage } from './packages/rename-package.ts';
import { revertPackage } from './packages/revert-package.ts';
import { searchPackageCode } from './packages/search-package-code.ts';
import { setPackagePermissions } from './packages/set-package-permissions.ts';
import { updatePackageComponents } from './packages/update-package-components.ts';
import { updatePackageEdges } from './packages/update-package-edges.ts';
import { updatePackageSettings } from './packages/update-package-settings.ts';
import { validatePackage } from './packages/validate-package.ts';
import { cancelJob } from './runs/cancel-job.ts';
import { compareRuns } from './runs/compare-runs.ts';
import { explainJobFailure } from './runs/explain-job-failure.ts';
import { getPackageErrorSummary } from './runs/get-package-error-summary.ts';
import { getRun } from './runs/get-run.ts';
import { getRunErrors } from './runs/get-run-errors.ts';
import { getRunItem } from './runs/get-run-item.ts';
import { listRuns } from './runs/list-runs.ts';
import { retryJob } from './runs/retry-job.ts';
import { runPackage } from './runs/run-package.ts';
import { searchRuns } from './runs/search-runs.ts';
import { triggerSync } from './runs/trigger-sync.ts';
import { createSchedule } from './schedules/create-schedule.ts';
import { deleteSchedule } from './schedules/delete-schedule.ts';
import { getSchedule } from './schedules/get-schedule.ts';
import { listSchedules } from './schedules/list-schedules.ts';
import { toggleSchedule } from './schedules/toggle-schedule.ts';
import { updateSchedule } from './schedules/update-schedule.ts';
import { fetch } from './search/fetch.ts';
import { search } from './search/search.ts';
import { searchAll } from './search/search-all.ts';

/** Every tool, in the order in which `tools/list` shows them. */
export const TOOLS = [
	listWorkspaces,
	listPackages,
	getPackage,
	getPackageMappings,
	listConnections,
	getConnection,
	discoverSchema,
	discoverFileSchema,
	previewData,
	testConnection,
	listClusters,
	createCluster,
	updateCluster,
	deleteCluster,
	listComponentTypes,
	describeComponentType,
	validatePackage,
	createPackage,
	clonePackage,
	updatePackageComponents,
	updatePackageEdges,
	addPackageComponents,
	removePackageComponents,
	renamePackage,
	updatePackageSettings,
	managePackageVariables,
	deletePackage,
	listPackageVersions,
	diffPackageVersions,
	revertPackage,
	setPackagePermissions,
	publishTool,
	searchPackageCode,
	listTemplates,
	getTemplate,
	runPackage,
	getRun,
	listRuns,
	searchRuns,
	getRunItem,
	compareRuns,
	explainJobFailure,
	cancelJob,
	retryJob,
	triggerSync,
	getRunErrors,
	getPackageErrorSummary,
	listSchedules,
	getSchedule,
	createSchedule,
	updateSchedule,
	toggleSchedule,
	deleteSchedule,
	getSystemHealth,
	searchAll,
	search,
	fetch,
	getResult,
	listAuditEvents,
] satisfies readonly AnyTool[] as readonly AnyTool[];
