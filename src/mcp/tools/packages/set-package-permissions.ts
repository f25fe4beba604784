import * as z from 'zod';
import { packageRightSchema } from '../../../model/package-right.ts';
import { roleSchema } from '../../../model/principal.ts';
import { setPackagePermissions as set } from '../../../operations/packages/permissions.ts';
import { defineTool } from '../../tool.ts';
import { dryRun, expectedVersion, idempotencyKey, packageId } from '../arguments.ts';

export const setPackagePermissions = defineTool({
	name: 'set_package_permissions',
	title: 'Set permissions on a package',
	description:
		'Narrows what one member may do with one package, below what the role allows, and answers what is set for it. Owners are never narrowed. list_packages shows your own permissions.',
	toolset: 'packages',
	scope: 'admin',
	hints: { readOnly: false, destructive: true, idempotent: true, openWorld: false },
	input: z.strictObject({
		package_id: packageId,
		member: z.string().min(3).max(320).describe("A member's address, as they sign in."),
		permissions: z
			.array(packageRightSchema)
			.max(4)
			.optional()
			.describe('read comes with the others; debug: logs and errors of runs; empty: hidden; left out: the role decides again.'),
		expected_version: expectedVersion,
		dry_run: dryRun,
		idempotency_key: idempotencyKey,
	}),
	output: z.object({
		package_id: z.int(),
		dry_run: z.boolean(),
		members: z.array(z.object({ email: z.string(), role: roleSchema, permissions: z.array(packageRightSchema) })).describe('For whom something is set.'),
	}),
	run: (input, { operations, principal }) => set(operations, principal, input),
});
