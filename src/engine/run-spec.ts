import type { RunSettings } from '../plan/plan.ts';
import type { RunSpec } from './ports.ts';
import type { WorkflowSpec } from './workflow/spec.ts';

export function isWorkflow(spec: RunSpec | WorkflowSpec): spec is WorkflowSpec {
	return 'workflow' in spec;
}

export function settingsOf(spec: RunSpec | WorkflowSpec): RunSettings {
	return isWorkflow(spec) ? spec.workflow.settings : spec.plan.settings;
}
