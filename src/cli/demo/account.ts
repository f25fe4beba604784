import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileClient } from '../file-client.ts';
import type { Assistant } from './assistant.ts';
import { DEMO_FILES, type DemoFile, localPath } from './data.ts';
import { birdStrikeCosts, busiestAirports, type Connections, type DemoPackage, RENAMED, RENAMED_KEY, weatherByMonth, wettestDays } from './packages.ts';
import { morningReport } from './workflow.ts';

/** Ids of the packages in the account. */
export interface DemoPackages {
	readonly airports: number;
	readonly strikes: number;
	readonly weather: number;
	readonly failing: number;
	readonly workflow: number;
}

/** Puts the four files into the account's storage, and the fifth as its provider sends it with a column renamed. */
export async function putFiles(files: FileClient): Promise<void> {
	for (const name of Object.keys(DEMO_FILES) as DemoFile[]) await files.put(localPath(name), DEMO_FILES[name].key);
	await withTemporaryFile(async (draft) => {
		const original = await readFile(localPath('weather'), 'utf8');
		await writeFile(draft, original.replace(RENAMED.from, RENAMED.to));
		await files.put(draft, RENAMED_KEY);
	});
}

/** A file of the account's storage as text. */
export async function readStored(files: FileClient, key: string): Promise<string> {
	return withTemporaryFile(async (draft) => {
		await files.get(key, draft);
		return readFile(draft, 'utf8');
	});
}

/** Creates the packages over MCP; those that are there from an earlier demo stay. */
export async function createPackages(assistant: Assistant): Promise<DemoPackages> {
	const connections = await findConnections(assistant);
	const { packages } = await assistant.call<{ packages: readonly { id: number; name: string }[] }>('list_packages', { limit: 100 });
	const ensure = async (wanted: DemoPackage): Promise<number> => {
		const there = packages.find((entry) => entry.name === wanted.name);
		if (there !== undefined) return there.id;
		return (await assistant.call<{ package_id: number }>('create_package', { ...wanted })).package_id;
	};
	const airports = await ensure(busiestAirports(connections));
	const strikes = await ensure(birdStrikeCosts(connections));
	return {
		airports,
		strikes,
		weather: await ensure(weatherByMonth(connections)),
		failing: await ensure(wettestDays(connections)),
		workflow: await ensure(morningReport(connections, { airports, strikes })),
	};
}

async function findConnections(assistant: Assistant): Promise<Connections> {
	const { connections } = await assistant.call<{ connections: readonly { id: number; type: string }[] }>('list_connections', {});
	const ofType = (type: string): number => {
		const found = connections.find((entry) => entry.type === type);
		if (found === undefined) throw new Error(`The demo account has no connection of type ${type}.`);
		return found.id;
	};
	return { storage: ofType('r2'), database: ofType('sqlite') };
}

async function withTemporaryFile<Result>(work: (path: string) => Promise<Result>): Promise<Result> {
	const folder = await mkdtemp(join(tmpdir(), 'headgate-demo-'));
	try {
		return await work(join(folder, 'file'));
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}
