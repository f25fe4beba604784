import { table } from '../../src/cli/demo/table.ts';

export type Unit = 'median_ms' | 'rps' | 'cpu_ms' | 'kib';

/** One thing that was measured, for each contender; ours is called headgate. */
export interface Workload {
	readonly name: string;
	readonly unit: Unit;
	readonly values: Readonly<Record<string, number>>;
}

/** How many times faster we are than a contender: 1 is level, below 1 we are slower. More requests a second are faster, more milliseconds are slower and more bytes heavier. */
export function ratioToUs(unit: Unit, ours: number, theirs: number): number {
	return unit === 'rps' ? ours / theirs : theirs / ours;
}

/** `{workload: {contender: {median_ms | rps | cpu_ms | kib, ratio_to_us}}}` */
export function asJson(workloads: readonly Workload[]): Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>> {
	return Object.fromEntries(
		workloads.map(({ name, unit, values }) => {
			const ours = values['headgate'] ?? Number.NaN;
			const contenders = Object.entries(values).map(([contender, value]) => [
				contender,
				{ [unit]: rounded(value), ratio_to_us: rounded(ratioToUs(unit, ours, value)) },
			]);
			return [name, Object.fromEntries(contenders)];
		}),
	);
}

const rounded = (value: number): number => Number(value.toPrecision(4));

/** The same as a table for people. */
export function asText(workloads: readonly Workload[]): string {
	const rows = workloads.flatMap(({ name, unit, values }) =>
		Object.entries(values).map(([contender, value]) => [
			name,
			contender,
			value.toPrecision(4),
			unit,
			ratioToUs(unit, values['headgate'] ?? Number.NaN, value).toFixed(2),
		]),
	);
	return `${table(['workload', 'contender', 'value', 'unit', 'we are times faster'], rows)}\n`;
}
