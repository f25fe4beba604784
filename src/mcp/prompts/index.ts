import { auditSchedules } from './audit-schedules.ts';
import { buildPipeline } from './build-pipeline.ts';
import { diagnoseFailure } from './diagnose-failure.ts';
import { morningReport } from './morning-report.ts';
import type { Prompt } from './prompt.ts';

/** Every prompt, in the order in which prompts/list shows them. */
export const PROMPTS = [diagnoseFailure, buildPipeline, morningReport, auditSchedules] satisfies readonly Prompt[] as readonly Prompt[];
