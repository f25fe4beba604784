import * as z from 'zod';
import { packageDetailSchema } from '../../../model/views/package.ts';
import { packageChangeSchema, packageDiffSchema } from '../../../model/views/package-change.ts';
import { outline } from '../../json-schema.ts';
import { dryRun, expectedVersion, idempotencyKey, packageId } from '../arguments.ts';

/** What every tool takes that changes a stored package. */
export const changeArguments = { package_id: packageId, expected_version: expectedVersion, dry_run: dryRun, idempotency_key: idempotencyKey } as const;

/** The difference as clients read it: what it holds is told by itself. */
export const shownDiff = packageDiffSchema.meta(outline).describe('Components added, removed, changed (path, before, after); edges.');

export const changeOutput = packageChangeSchema.extend({ diff: shownDiff });

/** What tools answer that make a package. */
export const createdOutput = z.object({
	package_id: z.int().optional().describe('Absent on dry_run.'),
	dry_run: z.boolean(),
	package: packageDetailSchema.meta(outline).describe('As get_package shows it.').optional(),
	diff: shownDiff.optional(),
});

/** A change of the graph: nothing outside is written, and the version before it can be brought back. */
export const changeHints = { readOnly: false, destructive: false, idempotent: false, openWorld: true } as const;
