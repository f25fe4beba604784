import * as z from 'zod';
import type { FilePlace } from '../../plan/workflow.ts';
import { defineTask, type TaskContext } from '../component.ts';
import { bucketField, readBucket } from '../vocabulary/bucket.ts';
import { readPath } from '../vocabulary/http-request.ts';
import { connectionId } from '../vocabulary/names.ts';

const place = (path: string) =>
	z.strictObject({
		connection_id: connectionId('a file storage connection'),
		bucket: bucketField,
		path: z.string().min(1).max(1024).describe(path),
	});

const config = z.strictObject({
	from: place('Object, folder (ends in /) or glob; may hold variables. That nothing is found is a success with a note.').describe('What to take.'),
	to: place('Folder (ends in /), or the new name of a single object; may hold variables.').describe('Where to put it.'),
	mode: z.enum(['copy', 'move']).default('copy').describe('`move` removes the originals once all copies are there.'),
	if_exists: z
		.enum(['refuse', 'replace', 'skip'])
		.default('refuse')
		.describe('What to do where a file of that name is there: fail the task, replace it, or leave it and go on.'),
});

export const moveFile = defineTask({
	key: 'move_file_component',
	category: 'task',
	name: 'File mover',
	summary: 'Copies or moves files from one place to another, also between connections.',
	docs: 'Names below a folder or glob are kept. Exactly once: each file is noted before it is copied, and originals go when all copies are there. Several files need a folder to go to.',
	config,
	lower(config, context) {
		const from = readPlace(config.from, 'from', context);
		const to = readPlace(config.to, 'to', context);
		if (from === null || to === null) return null;
		const several = /[*?{[]/.test(from.path) || from.path.endsWith('/');
		if (/[*?{[]/.test(to.path)) context.fault('to.path', `${JSON.stringify(to.path)} is a pattern`, 'name one folder or object');
		else if (several && !to.path.endsWith('/'))
			context.fault('to.path', 'several files cannot go to one object', `end it in /: ${JSON.stringify(`${to.path}/`)}`);
		else return { kind: 'move_file', from, to, mode: config.mode, ifExists: config.if_exists };
		return null;
	},
	examples: [
		{
			title: 'Put what was read aside',
			config: { from: { connection_id: 1, path: 'in/*.csv' }, to: { connection_id: 1, path: 'done/$day/' }, mode: 'move' },
			variables: { day: '2024-01-31' },
		},
	],
});

/** Checked with the values at hand; the task keeps its texts, which are filled when it runs. */
function readPlace(given: z.output<ReturnType<typeof place>>, at: string, context: TaskContext): FilePlace | null {
	const connection = context.connection(given.connection_id, `${at}.connection_id`, 'files');
	const bucket = readBucket(given.bucket, `${at}.bucket`, context);
	const path = readPath(given.path, `${at}.path`, context);
	return connection === null || bucket === undefined || path === null ? null : { connection: connection.id, bucket: given.bucket ?? null, path: given.path };
}
