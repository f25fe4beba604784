import * as z from 'zod';
import type { TaskContext } from '../component.ts';

export const bucketField = z.string().min(1).max(255).optional().describe('Bucket or container; that of the connection where left out. May hold variables.');

/** Letters, digits and . _ -: what every store allows; neither a path nor a pattern. */
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Fills the name of a bucket; null where none is given, undefined after faults. */
export function readBucket(template: string | undefined, path: string, context: TaskContext): string | null | undefined {
	if (template === undefined) return null;
	const filled = context.fill(template, path, 'path');
	if (filled === null) return undefined;
	if (BUCKET.test(filled)) return filled;
	context.fault(path, `${JSON.stringify(filled)} is no name of a bucket`, 'letters, digits, and . _ - ; folders go into the path', 'shape');
	return undefined;
}
