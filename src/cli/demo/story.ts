import type { FileClient } from '../file-client.ts';
import { createPackages, type DemoPackages, putFiles, readStored } from './account.ts';
import { type Assistant, connectAssistant } from './assistant.ts';
import { expectEqual, expectThat } from './expect.ts';
import { type Facts, workOutFacts } from './facts.ts';
import { RENAMED } from './packages.ts';
import { type Explanation, type Run, runToEnd } from './runs.ts';
import { table } from './table.ts';
import { toldTasks } from './workflow.ts';

export interface Stage {
	readonly mcpUrl: string;
	readonly token: string;
	readonly files: FileClient;
	/** A heading and what belongs below it. */
	say(step: string, text: string): void;
	/** Something that changes while one waits. */
	tick(text: string): void;
}

/** The whole demo but for starting the gateway. Throws when anything is not what the files say it must be. */
export async function tellStory(stage: Stage): Promise<void> {
	const facts = await workOutFacts();
	await putFiles(stage.files);
	stage.say(
		'Files',
		`Put into the account's storage: ${facts.flightRows.toLocaleString('en-US')} flights, 3,376 airports, ${facts.strikeRows.toLocaleString('en-US')} bird strikes, four years of weather.`,
	);
	const assistant = await connectAssistant(stage.mcpUrl, stage.token);
	try {
		const tools = await assistant.tools();
		for (const needed of ['list_packages', 'get_package', 'validate_package', 'create_package', 'run_package', 'get_run', 'explain_job_failure']) {
			expectThat(`the tool ${needed} is listed`, tools.includes(needed), tools);
		}
		stage.say('Assistant', `Connected over MCP ${assistant.protocol}; ${tools.length} tools:\n${wrapped(tools)}`);
		const packages = await createPackages(assistant);
		await lookAndValidate(stage, assistant, packages.airports);
		await airports(stage, assistant, packages.airports, facts);
		await strikes(stage, assistant, packages.strikes, facts);
		await weather(stage, assistant, packages.weather, facts);
		await workflow(stage, assistant, packages.workflow, facts);
		await failing(stage, assistant, packages);
	} finally {
		await assistant.close();
	}
}

async function lookAndValidate({ say }: Stage, assistant: Assistant, package_id: number): Promise<void> {
	const seen = await assistant.call<{ name: string; component_count: number; edge_count: number; component_types: Record<string, number> }>('get_package', {
		package_id,
	});
	expectEqual('components of the package', seen.component_count, 8);
	const types = Object.entries(seen.component_types).map(([type, count]) => `${count} × ${type.replace(/_component$/, '')}`);
	const validation = await assistant.call<{ status: string; errors: readonly unknown[]; runtime: number }>('validate_package', { package_id });
	expectEqual('the validation', { status: validation.status, errors: validation.errors }, { status: 'valid', errors: [] });
	say(
		`"${seen.name}"`,
		`${seen.component_count} components, ${seen.edge_count} edges: ${types.join(', ')}.\nvalidate_package: ${validation.status}, no faults (${validation.runtime} s).`,
	);
}

async function airports(stage: Stage, assistant: Assistant, package_id: number, facts: Facts): Promise<void> {
	const run = await completed(stage, assistant, package_id, 'Busiest airports');
	expectEqual('rows read from the flights file', run.components.find((component) => component.id === 'flights')?.rows_out, facts.flightRows);
	const shown = run.outputs.find((output) => output.rows !== undefined)?.rows ?? [];
	expectEqual('the ten busiest airports', shown, facts.airports.slice(0, 10));
	expectEqual('rows of the table', run.outputs.find((output) => output.name === 'busiest_airports')?.records_count, facts.airports.length);
	const rows = facts.airports.slice(0, 10).map((airport) => [airport.origin, airport.city, airport.state, airport.flights]);
	stage.say(
		'run_package',
		`${summary(run)} ${facts.airports.length} airports in the table busiest_airports, the first ten:\n\n${table(['origin', 'city', 'state', 'flights'], rows)}`,
	);
}

async function strikes(stage: Stage, assistant: Assistant, package_id: number, facts: Facts): Promise<void> {
	const run = await completed(stage, assistant, package_id, 'Bird strike costs');
	const [header, ...lines] = (await readStored(stage.files, 'reports/bird-strike-costs.csv')).trimEnd().split(/\r?\n/);
	expectEqual('the header of the report', header, 'operator,strikes,cost');
	expectEqual(
		'the lines of the report',
		lines,
		facts.operators.map((operator) => `${operator.operator},${operator.strikes},${operator.cost}`),
	);
	const rows = facts.operators.slice(0, 5).map((operator) => [operator.operator, operator.strikes, operator.cost]);
	stage.say(
		'"Bird strike costs"',
		`${summary(run)} ${lines.length} operators in reports/bird-strike-costs.csv, the dearest five:\n\n${table(['operator', 'strikes', 'cost $'], rows)}`,
	);
}

async function weather(stage: Stage, assistant: Assistant, package_id: number, facts: Facts): Promise<void> {
	const run = await completed(stage, assistant, package_id, 'Seattle weather by month');
	const shown = (run.outputs[0]?.rows ?? []).map((row) => ({ ...row, rain_mm: Number(row['rain_mm']) }));
	expectEqual('the weather by month', shown, facts.months);
	const rows = facts.months.map((month) => [month.month, month.days, month.rain_mm, month.warmest]);
	stage.say('"Seattle weather by month"', `${summary(run)}\n\n${table(['month', 'days', 'rain mm', 'warmest °C'], rows)}`);
}

async function workflow(stage: Stage, assistant: Assistant, package_id: number, facts: Facts): Promise<void> {
	const run = await completed(stage, assistant, package_id, 'Morning report');
	const told = await toldTasks(assistant, run, facts);
	const kept = await readStored(stage.files, 'reports/kept/bird-strike-costs.csv');
	expectEqual('the copy of the report', kept, await readStored(stage.files, 'reports/bird-strike-costs.csv'));
	stage.say('"Morning report", a workflow', `${summary(run)}\n\n${told}`);
}

async function failing({ say, tick }: Stage, assistant: Assistant, { failing: package_id }: DemoPackages): Promise<void> {
	const run = await runToEnd(assistant, package_id, (progress, status) => tick(progressLine('Wettest days', progress, status)));
	expectEqual('the run on the renamed column', run.status, 'failed');
	const explained = await assistant.call<Explanation>('explain_job_failure', { run_id: run.id });
	const { primary_error: error, next_steps } = explained;
	expectThat('the explanation names the column that is missing', error?.message.includes(RENAMED.from) === true, error);
	expectThat('the explanation names a column that is there', `${error?.message} ${error?.hint}`.includes(RENAMED.to), error);
	const steps = next_steps.map((step) => `  → ${step}`).join('\n');
	say(
		'A run that fails',
		`Its provider renamed a column of the weather file. explain_job_failure says:\n\n  ${error?.name} (${error?.class})\n  ${error?.message}\n${steps}`,
	);
}

async function completed({ tick }: Stage, assistant: Assistant, package_id: number, name: string): Promise<Run> {
	const run = await runToEnd(assistant, package_id, (progress, status) => tick(progressLine(name, progress, status)));
	expectEqual(`the run of "${name}"`, run.status, 'completed');
	return run;
}

const progressLine = (name: string, progress: number, status: string): string => `${name}  ${'█'.repeat(Math.round(progress * 20)).padEnd(20, '░')} ${status}`;

const summary = (run: Run): string => `Run ${run.id} ${run.status} in ${run.runtime_in_seconds} s.`;

function wrapped(words: readonly string[]): string {
	const lines: string[] = [];
	for (const word of words) {
		const last = lines.at(-1);
		if (last !== undefined && last.length + word.length < 88) lines[lines.length - 1] = `${last}, ${word}`;
		else lines.push(word);
	}
	return lines.map((line) => `  ${line}`).join(',\n');
}
