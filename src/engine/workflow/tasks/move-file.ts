import type { FileInfo, FileStore } from '../../../connectors/connector.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Json } from '../../../lib/json.ts';
import type { MoveFileTask } from '../../../plan/workflow.ts';
import { findFiles } from '../../scan/find-files.ts';
import { globPrefix } from '../../scan/glob.ts';
import { copyAcross } from './copy-file.ts';
import { fillPath, fillText, openAs, type TaskRunner, type TaskStep, type TaskWork } from './task-work.ts';

/** What one step does at most; a cancel waits no longer than that. */
const STEP = { files: 16, bytes: 64 * 1024 * 1024 };
/** The list of what is moved is kept as it was found; it has to fit into a row. */
const LIST_CHARACTERS = 500_000;

type Work = TaskWork<MoveFileTask>;

/** Which file is next. `begun`: whether its target is our own doing, so that a repetition does not take it for somebody else's. */
interface Place {
	readonly next: number;
	readonly begun: boolean;
	readonly upload: string | null;
	readonly skipped: readonly number[];
	readonly removed: number;
}

const START: Place = { next: 0, begun: false, upload: null, skipped: [], removed: 0 };

/** Copies the files one by one, then removes the originals. Each is noted before it is begun, so that doing it again changes nothing. */
export const moveFile: TaskRunner<MoveFileTask> = {
	async step(work) {
		const files = await listed(work);
		if (files.length === 0) return done(work, `there is nothing at ${work.kept('from') as string}`);
		const place = (work.kept('place') as unknown as Place | undefined) ?? START;
		if (place.next < files.length) return copySome(work, files, place);
		if (work.task.task.mode === 'move' && place.removed < files.length) return removeSome(work, files, place);
		const left = place.skipped.length === 0 ? '' : `, ${place.skipped.length} left because they were there`;
		return done(work, `${files.length - place.skipped.length} files ${work.task.task.mode === 'move' ? 'moved' : 'copied'}${left}`);
	},
	async stop(work) {
		const place = work.kept('place') as unknown as Place | undefined;
		if (place === undefined || place.upload === null) return;
		const file = (await listed(work))[place.next];
		if (file === undefined) return;
		const target = targetOf(work, file);
		const store = await openAs(work, work.task.task.to.connection, 'files');
		await store.abortUpload({ ...target, token: place.upload, owner: work.key });
	},
};

function done(work: Work, note: string): TaskStep {
	work.note(note);
	return { kind: 'done', result: null };
}

/** What is there when the task begins; a restart goes on with the same list. */
async function listed(work: Work): Promise<readonly FileInfo[]> {
	const known = work.kept('files') as unknown as FileInfo[] | undefined;
	if (known !== undefined) return known;
	const { from } = work.task.task;
	const path = fillPath(from.path, work.scope);
	const store = await openAs(work, from.connection, 'files');
	const files = await findFiles(store, bucketOf(work, from.bucket), path).catch((error: unknown) => {
		if (error instanceof AppError && error.code === 'not_found') return [];
		throw error;
	});
	if (JSON.stringify(files).length > LIST_CHARACTERS) {
		throw new AppError('limit', `${files.length} files are too many for one task`, { hint: 'Move them in several tasks with narrower patterns.' });
	}
	work.keep('from', path);
	work.keep('files', files as unknown as Json);
	return files;
}

function bucketOf(work: Work, bucket: string | null): string | null {
	return bucket === null ? null : fillText(bucket, 'path', work.scope);
}

/** Below a folder or a glob names are kept; one object may get another name. */
function targetOf(work: Work, file: FileInfo): { readonly bucket: string | null; readonly path: string } {
	const { to } = work.task.task;
	const from = work.kept('from') as string;
	const path = fillPath(to.path, work.scope);
	const several = file.path !== from;
	const kept = several
		? file.path.slice(/[*?{[]/.test(from) ? globPrefix(from).lastIndexOf('/') + 1 : from.length).replace(/^\//, '')
		: file.path.slice(file.path.lastIndexOf('/') + 1);
	return { bucket: bucketOf(work, to.bucket), path: several || path.endsWith('/') ? `${path.replace(/\/?$/, '/')}${kept}` : path };
}

async function copySome(work: Work, files: readonly FileInfo[], begun: Place): Promise<TaskStep> {
	const { from, to, ifExists } = work.task.task;
	const source = await openAs(work, from.connection, 'files');
	const target = await openAs(work, to.connection, 'files');
	const origin = bucketOf(work, from.bucket);
	let place = begun;
	const note = (change: Partial<Place>) => {
		place = { ...place, ...change };
		work.keep('place', place as unknown as Json);
	};
	for (let count = 0, bytes = 0; place.next < files.length && count < STEP.files && bytes < STEP.bytes; count++) {
		const file = files[place.next] as FileInfo;
		const goal = targetOf(work, file);
		if (from.connection === to.connection && origin === goal.bucket && file.path === goal.path) throw onItself(file.path);
		if (!place.begun && ifExists !== 'replace' && (await target.stat(goal.bucket, goal.path)) !== null) {
			if (ifExists === 'refuse') throw inTheWay(goal.path);
			note({ next: place.next + 1, skipped: [...place.skipped, place.next] });
			continue;
		}
		note({ begun: true });
		await copyOne(source, target);
		note({ next: place.next + 1, begun: false, upload: null });
		bytes += file.size;

		async function copyOne(source: FileStore, target: FileStore): Promise<void> {
			if (from.connection === to.connection) return source.copy({ bucket: origin, path: file.path }, goal);
			if (place.upload !== null) await target.abortUpload({ ...goal, token: place.upload, owner: work.key });
			await copyAcross({ store: source, bucket: origin, path: file.path, file }, { store: target, ...goal }, work.key, (upload) => note({ upload }));
		}
	}
	return { kind: 'more' };
}

/** All copies are there. A file that was left because its name was taken stays where it is. */
async function removeSome(work: Work, files: readonly FileInfo[], place: Place): Promise<TaskStep> {
	const { from } = work.task.task;
	const store = await openAs(work, from.connection, 'files');
	const bucket = bucketOf(work, from.bucket);
	const end = Math.min(files.length, place.removed + STEP.files);
	for (let at = place.removed; at < end; at++) if (!place.skipped.includes(at)) await store.remove(bucket, (files[at] as FileInfo).path);
	work.keep('place', { ...place, removed: end } as unknown as Json);
	return { kind: 'more' };
}

function onItself(path: string): AppError {
	return new AppError('invalid_input', `${path} would go onto itself`, { hint: 'Name another folder or another connection in `to`.' });
}

function inTheWay(path: string): AppError {
	return new AppError('conflict', `there is a file at ${path} already`, { hint: 'Use if_exists replace or skip, or another folder such as done/$_RUN_ID/.' });
}
