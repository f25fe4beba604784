import * as z from 'zod';
import { AppError } from '../../../lib/errors.ts';
import { mappingSchema, targetUsersSchema } from '../../../model/views/mapping.ts';
import { packageMappings } from '../../../operations/packages/mappings.ts';
import { usersOfTarget } from '../../../operations/packages/users-of-target.ts';
import { namedPackage } from '../../../operations/runs/named-package.ts';
import { defineTool } from '../../tool.ts';
import { packageId, packageName, page } from '../arguments.ts';

export const getPackageMappings = defineTool({
	name: 'get_package_mappings',
	title: 'Get field mappings',
	description:
		'Column lineage. With package_id or name: for each destination field the source fields it comes from, through which transformations, and the filters and validations on the way. With target instead: which packages write or read that table, file or API path.',
	toolset: 'packages',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({
		package_id: packageId.optional(),
		name: packageName,
		destination: z.string().max(255).optional().describe('Only this destination of it, by id or name.'),
		target: z.string().min(1).max(1024).optional().describe('Table (orders, public.orders), file, folder or API path.'),
		direction: z.enum(['read', 'write']).optional().describe('With target: only packages that do this; both when left out.'),
		...page(50, 200),
	}),
	output: z.object({
		package_id: z.int().optional(),
		package_name: z.string().optional(),
		version: z.int().optional(),
		mappings: z.array(mappingSchema).optional(),
		...targetUsersSchema.partial().shape,
	}),
	grows: ['destination', 'limit'],
	userData: ['mappings', 'users'],
	async run({ target, direction, limit, cursor, package_id, name, destination }, { operations, principal }) {
		if (target !== undefined && package_id === undefined && name === undefined)
			return usersOfTarget(operations, principal, { target, direction, limit, cursor });
		if (target !== undefined)
			throw new AppError('invalid_input', 'a package and a target were given', {
				hint: 'Give package_id or name for its mappings, or target for who uses it.',
			});
		return packageMappings(operations, principal, { package_id: await namedPackage(operations, principal, { package_id, name }), destination });
	},
});
