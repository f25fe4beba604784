import { columnsRead } from '../expression/columns-read.ts';
import type { Expr } from '../expression/ir.ts';
import { deadLetterSchema } from './dead-letter.ts';
import type { AggregateCall, Operator, WindowCall } from './operators.ts';
import type { NodeInput, Plan, PlanNode } from './plan.ts';

/** A column of a source. */
export interface ColumnOrigin {
	readonly node: string;
	/** As the source calls it. */
	readonly field: string;
}

/** One change on a column's way. */
export interface ColumnStep {
	readonly node: string;
	/** The column that came out. */
	readonly column: string;
	/** What was done, in words of the operator; null for an expression, whose text is the package's. */
	readonly done: string | null;
}

/** Where the values of a column come from, and what was done to them, first things first. A constant has no origins. */
export interface ColumnLineage {
	readonly origins: readonly ColumnOrigin[];
	readonly steps: readonly ColumnStep[];
}

/** Columns of a port by name. */
export type PortLineage = ReadonlyMap<string, ColumnLineage>;

const NONE: ColumnLineage = { origins: [], steps: [] };

/** For each component of a plan what every column of its port `out` is made of; of a sink, of the columns it takes. */
export function planLineage(plan: Plan): ReadonlyMap<string, PortLineage> {
	const known = new Map<string, PortLineage>();
	const nodes = new Map(plan.nodes.map((node) => [node.id, node]));
	const portOf = (input: NodeInput): PortLineage => {
		const out = known.get(input.node) ?? new Map();
		const node = nodes.get(input.node);
		return input.port === 'dead_letter' && node !== undefined ? deadLetters(node, out, known) : out;
	};
	for (const node of plan.nodes) known.set(node.id, outputOf(node, node.inputs.map(portOf)));
	return known;
}

/** Names of the columns that an expression reads. */
export const namesRead = (expr: Expr): string[] => columnsRead(expr).map(({ name }) => name);

/** A dead letter is the row as it came in, with what was wrong behind it. */
function deadLetters(node: PlanNode, out: PortLineage, known: ReadonlyMap<string, PortLineage>): PortLineage {
	const [input] = node.inputs;
	const row = input === undefined ? out : (known.get(input.node) ?? new Map());
	const told = deadLetterSchema([]).map(({ name }): [string, ColumnLineage] => [
		name,
		{ origins: [], steps: [{ node: node.id, column: name, done: 'why the row failed' }] },
	]);
	return new Map([...row, ...told]);
}

function outputOf(node: PlanNode, inputs: readonly PortLineage[]): PortLineage {
	const { operator, id } = node;
	const made = makers(operator, id, inputs);
	return new Map(node.output.map(({ name }) => [name, made(name)]));
}

/** How each output column comes about. */
function makers(operator: Operator, node: string, inputs: readonly PortLineage[]): (name: string) => ColumnLineage {
	const of = (name: string): ColumnLineage => inputs[0]?.get(name) ?? NONE;
	const from = (fields: readonly (string | null)[], column: string, done: string | null) =>
		changed(
			fields.flatMap((field) => (field === null ? [] : [of(field)])),
			{ node, column, done },
		);
	switch (operator.kind) {
		case 'scan': {
			const spelled = new Map(operator.source.fields.map((field) => [field.name, String(field.source)]));
			return (name) => ({ origins: [{ node, field: spelled.get(name) ?? name }], steps: [] });
		}
		case 'project': {
			const columns = new Map(operator.columns.map((column) => [column.name, column.expr]));
			return (name) => {
				const expr = columns.get(name);
				if (expr === undefined) return NONE;
				return expr.kind === 'column' && expr.name === name ? of(name) : from(namesRead(expr), name, null);
			};
		}
		case 'join': {
			const columns = new Map(operator.columns.map((column) => [column.name, column]));
			return (name) => {
				const column = columns.get(name);
				const lineage = inputs[column?.side === 'right' ? 1 : 0]?.get(column?.field ?? '') ?? NONE;
				return column === undefined || column.field === name ? lineage : changed([lineage], { node, column: name, done: `${column.side} ${column.field}` });
			};
		}
		case 'union':
			return (name) => {
				const place = unionPlace(operator.inputs, inputs, name);
				return merged(operator.inputs.map((fields, i) => inputs[i]?.get(fields[place] ?? '') ?? NONE));
			};
		case 'aggregate': {
			const calls = new Map(operator.aggregates.map((call) => [call.alias, call]));
			return (name) => {
				const call = calls.get(name);
				return call === undefined ? of(name) : from([call.field], name, callText(call, operator.groupBy));
			};
		}
		case 'window': {
			const calls = new Map(operator.functions.map((call) => [call.alias, call]));
			const keys = [...operator.partitionBy, ...operator.sort.map(({ field }) => field)];
			return (name) => {
				const call = calls.get(name);
				return call === undefined ? of(name) : from(call.field === null ? keys : [call.field], name, windowText(call, keys));
			};
		}
		case 'explode': {
			const keys = new Map(operator.spread?.map(({ key, name }) => [name, key]) ?? [[operator.alias, null]]);
			return (name) =>
				keys.has(name) ? from([operator.field], name, `each element of ${operator.field}${keys.get(name) === null ? '' : `, ${keys.get(name)}`}`) : of(name);
		}
		case 'pivot': {
			const columns = new Map(operator.columns.map(({ name, key }) => [name, key]));
			return (name) =>
				columns.has(name)
					? from([operator.value, operator.key], name, `${operator.aggregate}(${operator.value}) where ${operator.key} is ${columns.get(name)}`)
					: of(name);
		}
		case 'unpivot':
			return (name) => {
				if (name === operator.keyAlias) return from([], name, `name of the column: ${operator.columns.join(', ')}`);
				return name === operator.valueAlias ? from(operator.columns, name, `value of ${operator.columns.join(', ')}`) : of(name);
			};
		case 'code':
			// What code reads is its own affair: any column may have gone into any other.
			return (name) => from([...(inputs[0]?.keys() ?? [])], name, 'code, which sees every column');
		case 'filter':
		case 'assert':
		case 'sort':
		case 'limit':
		case 'distinct':
		case 'sample':
		case 'sink':
			return of;
	}
}

/** Which column of the union a name is: its inputs say what goes where by place. */
function unionPlace(fields: readonly (readonly (string | null)[])[], inputs: readonly PortLineage[], name: string): number {
	for (const each of fields) {
		const place = each.indexOf(name);
		if (place !== -1) return place;
	}
	return [...(inputs[0]?.keys() ?? [])].indexOf(name);
}

function changed(parts: readonly ColumnLineage[], step: ColumnStep): ColumnLineage {
	const { origins, steps } = merged(parts);
	return { origins, steps: [...steps, step] };
}

/** Several columns in one: every origin and every step once, in the order of the parts. */
function merged(parts: readonly ColumnLineage[]): ColumnLineage {
	const [only] = parts;
	if (only !== undefined && parts.length === 1) return only;
	const origins = new Map(parts.flatMap((part) => part.origins).map((origin) => [`${origin.node}\n${origin.field}`, origin]));
	const steps = new Map(parts.flatMap((part) => part.steps).map((step) => [`${step.node}\n${step.column}`, step]));
	return { origins: [...origins.values()], steps: [...steps.values()] };
}

function callText({ function: name, field }: Pick<AggregateCall, 'function' | 'field'>, groupBy: readonly string[]): string {
	return `${name}(${field ?? ''})${groupBy.length === 0 ? '' : ` by ${groupBy.join(', ')}`}`;
}

function windowText({ function: name, field }: WindowCall, keys: readonly string[]): string {
	return `${name}(${field ?? ''})${keys.length === 0 ? '' : ` over ${keys.join(', ')}`}`;
}
