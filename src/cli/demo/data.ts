import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Real files of the npm package vega-datasets, and where they go in the demo account's storage. */
export const DEMO_FILES = {
	flights: { file: 'flights-airport.csv', key: 'flights/flights-airport.csv' },
	airports: { file: 'airports.csv', key: 'flights/airports.csv' },
	strikes: { file: 'birdstrikes.csv', key: 'wildlife/birdstrikes.csv' },
	weather: { file: 'seattle-weather.csv', key: 'weather/seattle-weather.csv' },
} as const;

export type DemoFile = keyof typeof DEMO_FILES;

export function localPath(name: DemoFile): string {
	// The package exports its module only: build/index.js, beside the folder of the files.
	const module = createRequire(import.meta.url).resolve('vega-datasets');
	return join(dirname(module), '../data', DEMO_FILES[name].file);
}

/** A file's records by header. Reads the demo's four files, which have no line breaks inside quotes; the gateway's own reader is another piece of code. */
export async function readRecords(name: DemoFile): Promise<readonly Readonly<Record<string, string>>[]> {
	const [header = '', ...lines] = (await readFile(localPath(name), 'utf8')).trimEnd().split(/\r?\n/);
	const names = splitLine(header);
	return lines.map((line) => {
		const values = splitLine(line);
		return Object.fromEntries(names.map((column, index) => [column, values[index] ?? '']));
	});
}

function splitLine(line: string): readonly string[] {
	return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '');
}
