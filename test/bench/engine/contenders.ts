import { execFile, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { PRODUCTS, SALES } from './files.ts';
import type { Workload } from './workloads.ts';

/** Somebody who does a workload, from the file to the file. */
export interface Contender {
	readonly name: string;
	/** Takes part in so many rounds; in all where left out. */
	readonly mostRounds?: number;
	can(workload: Workload): boolean;
	/** Writes the rows to `out`; gives the processor time that took, in milliseconds. */
	run(workload: Workload, out: string): Promise<number>;
	close(): void;
}

const run = promisify(execFile);

/** Programs that take ten seconds for what others do in one: five rounds of them would be most of the bench. */
export const SLOW_ROUNDS = 3;

export interface Judge extends Contender {
	/** A number that files of the same rows share; of the same order too where it counts. */
	digest(workload: Workload, path: string): Promise<string>;
}

/** DuckDB in this process, with one thread. */
export async function duckdb(folder: string): Promise<Judge> {
	const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
	const connection = await instance.connect();
	await connection.run(`CREATE VIEW sales AS FROM ${reader(join(folder, 'sales.csv'), SALES)}`);
	await connection.run(`CREATE VIEW products AS FROM ${reader(join(folder, 'products.csv'), PRODUCTS)}`);
	await connection.run(`CREATE VIEW flights AS FROM '${join(folder, 'flights.parquet')}'`);
	return {
		name: 'duckdb_one_thread',
		can: () => true,
		async run(workload, out) {
			// What a step gives has no order without ORDER BY: DuckDB may write rows as they come, as we do.
			const before = process.cpuUsage();
			await connection.run(`SET preserve_insertion_order = ${workload.ordered}`);
			await connection.run(`COPY (${workload.sql}) TO '${out}' (FORMAT ${workload.format}${workload.format === 'csv' ? ', HEADER' : ''})`);
			const { user, system } = process.cpuUsage(before);
			return (user + system) / 1000;
		},
		digest: (workload, path) => digest(connection, workload, path),
		close: () => instance.closeSync(),
	};
}

function reader(path: string, columns: Readonly<Record<string, string>>): string {
	const types: Readonly<Record<string, string>> = { integer: 'INTEGER', date: 'DATE', string: 'VARCHAR', double: 'DOUBLE' };
	const typed = Object.entries(columns).map(([name, type]) => `'${name}': '${types[type]}'`);
	return `read_csv('${path}', header = true, quote = '"', escape = '"', columns = {${typed.join(', ')}})`;
}

async function digest(connection: DuckDBConnection, workload: Workload, path: string): Promise<string> {
	const described = (await connection.runAndReadAll(`DESCRIBE ${workload.sql}`)).getRowObjectsJson();
	const names = described.map((column) => `"${column['column_name']}"`);
	const types = described.map((column) => `'${column['column_name']}': '${String(column['column_type']).replace('HUGEINT', 'BIGINT')}'`);
	const rows =
		workload.format === 'parquet'
			? `read_parquet('${path}')`
			: `read_csv('${path}', header = true, quote = '"', escape = '"', columns = {${types.join(', ')}})`;
	// Sums and products of doubles may differ in their last digit, by the order in which they were made.
	const told = described.map((column, at) => (column['column_type'] === 'DOUBLE' ? `round(${names[at]}, 6)` : names[at]));
	await connection.run('SET preserve_insertion_order = true');
	const place = workload.ordered ? ', row_number() OVER ()' : '';
	const answer = await connection.runAndReadAll(
		`SELECT count(*) || ' rows, ' || sum(hash) FROM (SELECT hash(${told.join(', ')}${place})::HUGEINT AS hash FROM ${rows})`,
	);
	return String(answer.getRows()[0]?.[0]);
}

/** The sqlite3 program: imports the file into a database in memory, as its manual has it, and writes the answer. Null where it is not installed. */
export async function sqlite(folder: string): Promise<Contender | null> {
	if (!(await isInstalled('sqlite3'))) return null;
	return {
		name: 'sqlite3',
		mostRounds: SLOW_ROUNDS,
		can: ({ input, format }) => input === 'sales' && format === 'csv',
		async run({ sql, joins }, out) {
			const load = (name: string, columns: Readonly<Record<string, string>>) => [
				`CREATE TABLE ${name} (${Object.entries(columns).map(([column, type]) => `${column} ${type === 'integer' ? 'INTEGER' : type === 'double' ? 'REAL' : 'TEXT'}`)});`,
				`.import --csv --skip 1 ${join(folder, `${name}.csv`)} ${name}`,
			];
			const lines = [...load('sales', SALES), ...(joins ? load('products', PRODUCTS) : []), '.headers on', '.mode csv', `.output ${out}`, `${sql};`];
			const child = run('bash', ['-c', TIMED, 'bash', 'sqlite3', ':memory:']);
			child.child.stdin?.end(lines.join('\n'));
			return cpuOf((await child).stderr);
		},
		close() {},
	};
}

/** Miller, which may use all cores. Null where it is not installed. */
export async function miller(folder: string): Promise<Contender | null> {
	if (!(await isInstalled('mlr'))) return null;
	return {
		name: 'miller',
		mostRounds: SLOW_ROUNDS,
		can: (workload) => workload.miller !== null,
		async run(workload, out) {
			const command = ['mlr', '--icsv', '--ocsv', ...(workload.miller ?? []), 'sales.csv'];
			const child = spawn('bash', ['-c', TIMED, 'bash', ...command], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
			let said = '';
			child.stderr.on('data', (data: Buffer) => {
				said += data;
			});
			const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
			await pipeline(child.stdout, createWriteStream(out));
			if ((await ended) !== 0) throw new Error(`Miller could not do ${workload.name}: ${said}`);
			return cpuOf(said);
		},
		close() {},
	};
}

/** Runs the words behind it and says, last on its error output, the seconds of user and of system time they took. */
const TIMED = 'TIMEFORMAT="%U %S"; time "$@"';

function cpuOf(said: string): number {
	const [user, system] = said.trim().split('\n').at(-1)?.split(' ') ?? [];
	return (Number(user) + Number(system)) * 1000;
}

function isInstalled(program: string): Promise<boolean> {
	return run(program, ['--version']).then(
		() => true,
		() => false,
	);
}
