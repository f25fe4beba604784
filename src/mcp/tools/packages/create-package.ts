import * as z from 'zod';
import { PACKAGE_LIMITS } from '../../../model/package.ts';
import { createPackage as create, tryPackage } from '../../../operations/packages/create.ts';
import { defineTool } from '../../tool.ts';
import { dryRun, expectedAbsent, idempotencyKey, workspaceId } from '../arguments.ts';
import { createdOutput } from './change.ts';
import { definitionArguments } from './definition.ts';

export const createPackage = defineTool({
	name: 'create_package',
	title: 'Create a package',
	description:
		'Stores a new package whole, or nothing: a definition with faults is refused with all of them. Returns package_id. Look up list_component_types and describe_component_type first; try a draft with validate_package; then run_package.',
	toolset: 'packages',
	scope: 'write',
	hints: { readOnly: false, destructive: false, idempotent: false, openWorld: true },
	input: z.strictObject({
		name: z.string().min(1).max(PACKAGE_LIMITS.nameLength).describe('For people; need not be unique.'),
		...definitionArguments,
		workspace_id: workspaceId.optional(),
		description: z.string().max(4096).optional().describe('What it is for.'),
		flow_version: z.string().max(20).optional().describe('2.0.0 unless given.'),
		variables: definitionArguments.variables.optional(),
		settings: definitionArguments.settings.optional(),
		expected_version: expectedAbsent,
		dry_run: dryRun,
		idempotency_key: idempotencyKey,
	}),
	output: createdOutput,
	run: async ({ dry_run, idempotency_key: _, ...input }, { operations, principal }) =>
		dry_run ? { dry_run, ...(await tryPackage(operations, principal, input)) } : { dry_run, ...(await create(operations, principal, input)) },
});
