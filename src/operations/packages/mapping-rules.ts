import type { Mapping } from '../../model/views/mapping.ts';
import { type ColumnOrigin, namesRead, type PortLineage } from '../../plan/lineage.ts';
import type { PlanNode } from '../../plan/plan.ts';
import type { Configurations } from './mappings.ts';

type Rule = Mapping['rules'][number];

/** What a component does to the rows that pass it, told as the package has it; nothing for one that lets every row through as it is. */
export function rulesOnTheWay(
	node: PlanNode,
	lineage: ReadonlyMap<string, PortLineage>,
	configured: Configurations,
	/** Destination fields and what they are made of. */
	fields: ReadonlyMap<string, readonly ColumnOrigin[]>,
): Rule[] {
	const rule = describe(node, configured.get(node.id) ?? {});
	if (rule === null) return onErrorRule(node);
	const input = lineage.get(node.inputs[0]?.node ?? node.id);
	const origins = new Set(rule.columns.flatMap((column) => (input?.get(column)?.origins ?? []).map(keyOf)));
	const touched = [...fields].filter(([, made]) => made.some((origin) => origins.has(keyOf(origin)))).map(([field]) => field);
	return [{ component: node.component.name, kind: rule.kind, rule: rule.text, fields: touched }, ...onErrorRule(node)];
}

function keyOf({ node, field }: ColumnOrigin): string {
	return `${node}\n${field}`;
}

interface Described {
	readonly kind: string;
	readonly text: string;
	/** Columns it looks at. */
	readonly columns: readonly string[];
}

function describe({ operator, inputs }: PlanNode, fields: Readonly<Record<string, unknown>>): Described | null {
	switch (operator.kind) {
		case 'scan':
			return typeof fields['where_clause'] === 'string' ? { kind: 'filter', text: fields['where_clause'], columns: [] } : null;
		case 'filter':
			return { kind: 'filter', text: predicateText(fields), columns: namesRead(operator.predicate) };
		case 'assert':
			return { kind: 'assert', text: `${predicateText(fields)}; otherwise: ${String(fields['message'])}`, columns: namesRead(operator.predicate) };
		case 'join': {
			const keys = operator.keys.map(({ left, right }) => `${left} = ${right}`).join(' and ');
			return { kind: `${operator.joinType} join`, text: keys === '' ? 'every row with every row' : keys, columns: operator.keys.map(({ left }) => left) };
		}
		case 'union':
			return { kind: 'union', text: `rows of ${inputs.length} inputs`, columns: [] };
		case 'aggregate':
			return {
				kind: 'aggregate',
				text: operator.groupBy.length === 0 ? 'one row' : `one row for each ${operator.groupBy.join(', ')}`,
				columns: operator.groupBy,
			};
		case 'pivot':
			return { kind: 'pivot', text: `one row for each ${operator.groupBy.join(', ')}`, columns: [...operator.groupBy, operator.key] };
		case 'unpivot':
			return { kind: 'unpivot', text: `a row for each of ${operator.columns.join(', ')}`, columns: operator.columns };
		case 'explode':
			return { kind: 'explode', text: `a row for each element of ${operator.field}`, columns: [operator.field] };
		case 'distinct':
			return { kind: 'distinct', text: operator.on.length === 0 ? 'equal rows once' : `one row for each ${operator.on.join(', ')}`, columns: operator.on };
		case 'limit': {
			const each = operator.partitionBy.length === 0 ? '' : ` for each ${operator.partitionBy.join(', ')}`;
			return { kind: 'limit', text: `${operator.count} rows${each}`, columns: [...operator.partitionBy, ...operator.sort.map(({ field }) => field)] };
		}
		case 'sample':
			return { kind: 'sample', text: `${operator.percent} percent of the rows`, columns: [] };
		case 'code':
			return { kind: 'code', text: 'any number of rows', columns: [] };
		case 'sink': {
			const condition = fields['merge_condition'];
			return typeof condition === 'string' ? { kind: 'merge condition', text: condition, columns: [] } : null;
		}
		default:
			return null;
	}
}

/** Values that do not fit are bad rows wherever they are made; what becomes of those decides what arrives. */
function onErrorRule({ component, onError }: PlanNode): Rule[] {
	return onError === 'fail' || onError === undefined ? [] : [{ component: component.name, kind: 'on_error', rule: onError, fields: [] }];
}

function predicateText(fields: Readonly<Record<string, unknown>>): string {
	if (typeof fields['expression'] === 'string') return fields['expression'];
	return groupText({ match: (fields['match'] as Group['match'] | undefined) ?? 'all', conditions: (fields['conditions'] ?? []) as Group['conditions'] });
}

interface Group {
	readonly match: 'all' | 'any' | 'none';
	readonly conditions: readonly (Group | { readonly field: string; readonly operator: string; readonly value?: unknown })[];
}

function groupText({ match, conditions }: Group): string {
	const texts = conditions.map((one) => {
		if ('conditions' in one) return `(${groupText(one)})`;
		return `${one.field} ${one.operator}${one.value === undefined ? '' : ` ${JSON.stringify(one.value)}`}`;
	});
	const joined = texts.join(match === 'all' ? ' and ' : ' or ');
	return match === 'none' ? `not (${joined})` : joined;
}
