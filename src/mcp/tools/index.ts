import type { AnyTool } from '../tool.ts';
import { listWorkspaces } from './account/list-workspaces.ts';
import { listClusters } from './clusters/list-clusters.ts';
import { describeComponentType } from './components/describe-component-type.ts';
import { listComponentTypes } from './components/list-component-types.ts';
import { discoverSchema } from './connections/discover-schema.ts';
import { getConnection } from './connections/get-connection.ts';
import { listConnections } from './connections/list-connections.ts';
import { previewData } from './connections/preview-data.ts';
import { createPackage } from './packages/create-package.ts';
import { getPackage } from './packages/get-package.ts';
import { listPackages } from './packages/list-packages.ts';
import { validatePackage } from './packages/validate-package.ts';
import { cancelJob } from './runs/cancel-job.ts';
import { explainJobFailure } from './runs/explain-job-failure.ts';
import { getRun } from './runs/get-run.ts';
import { listRuns } from './runs/list-runs.ts';
import { runPackage } from './runs/run-package.ts';

/** Every tool, in the order in which `tools/list` shows them. */
export const TOOLS = [
	listWorkspaces,
	listPackages,
	getPackage,
	listConnections,
	getConnection,
	discoverSchema,
	previewData,
	listClusters,
	listComponentTypes,
	describeComponentType,
	validatePackage,
	createPackage,
	runPackage,
	getRun,
	listRuns,
	explainJobFailure,
	cancelJob,
] satisfies readonly AnyTool[] as readonly AnyTool[];
