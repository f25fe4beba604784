import type { Schema } from '../data/types.ts';
import type { NodeInput, Plan, PlanNode } from './plan.ts';

/** The node that hands rows to a slice; no component may be called so, for ids begin with a letter or digit. */
export const FED = '_records';

/** Its first node hands over the rows. */
export type Slice = { readonly plan: Plan; readonly replaces: boolean } | { readonly refused: string; readonly hint: string };

const ALL = 'run_package runs the whole package again.';

/**
 * The part of a plan that rows go through which one component refused: that component and everything behind it, fed with the rows
 * themselves. Only where this gives exactly what the whole run would have given for them: each row goes its way alone, and what it
 * reaches takes rows beside those that are there. `replaces`: a destination would have replaced its rows; here it adds to them.
 *
 * Rows that fail again are kept as bad records, and go to no dead-letter destination a second time.
 */
export function sliceFrom(plan: Plan, component: string): Slice {
	const first = plan.nodes.find((node) => node.component.id === component);
	if (first === undefined) return refuse(`the package has no component ${component} any more`, `Retry with same_version true. ${ALL}`);
	const { kind } = first.operator;
	if (kind === 'scan') return refuse(`"${first.component.name}" refused them while it read, so they are no rows yet`, `Repair the source; ${ALL}`);
	if (first.onError === 'null_field')
		return refuse(`"${first.component.name}" nulled their fields and let them go on`, 'They are at the destination already, with nulls.');
	const reached = behind(plan, first);
	for (const node of reached) {
		const because = holdsTogether(node, node === first);
		if (because !== null) return refuse(`"${node.component.name}" ${because}`, ALL);
	}
	if (!reached.some((node) => node.operator.kind === 'sink')) return refuse(`nothing behind "${first.component.name}" writes rows`, ALL);
	const kept = new Set(reached.map((node) => node.id));
	const input = inputOf(plan, first);
	const fields = input.map(({ name, type }) => ({ source: name, name, type, format: null }));
	const feed: PlanNode = {
		id: FED,
		component: { id: FED, name: 'failed records', type: 'payload_source_component' },
		operator: { kind: 'scan', source: { kind: 'payload', fields } },
		inputs: [],
		output: input,
		onError: 'fail',
	};
	const nodes = reached.map((node) => (node === first ? { ...adding(node), inputs: [{ node: FED, port: 'out' as const }] } : cut(adding(node), kept)));
	return { plan: { ...plan, nodes: [feed, ...nodes] }, replaces: reached.some(replacesRows) };
}

function refuse(refused: string, hint: string): Slice {
	return { refused, hint };
}

/** The component and what its rows reach; the way over its own dead letters is left out. */
function behind({ nodes }: Plan, first: PlanNode): PlanNode[] {
	const reached = new Set<string>([first.id]);
	for (const node of nodes) if (node.inputs.some((input) => goesOn(input, first, reached))) reached.add(node.id);
	return nodes.filter((node) => reached.has(node.id));
}

function goesOn({ node, port }: NodeInput, first: PlanNode, reached: ReadonlySet<string>): boolean {
	return reached.has(node) && !(node === first.id && port === 'dead_letter');
}

function inputOf({ nodes }: Plan, first: PlanNode): Schema {
	const from = first.inputs[0];
	const source = nodes.find((node) => node.id === from?.node);
	if (from === undefined || source === undefined) return [];
	return from.port === 'out' ? source.output : from.port === 'rejected' ? inputOf({ nodes } as Plan, source) : [];
}

/** Why rows cannot go through a node by themselves; null where they can. */
function holdsTogether({ operator, inputs }: PlanNode, isFirst: boolean): string | null {
	switch (operator.kind) {
		case 'filter':
		case 'assert':
		case 'project':
		case 'explode':
		case 'unpivot':
		case 'code':
			return isFirst && inputs[0]?.port === 'dead_letter' ? 'reads dead letters' : null;
		case 'union':
			return null;
		case 'sink':
			return holdsDestination(operator.destination);
		default:
			return 'works on all rows together: the failed ones alone would come to something else';
	}
}

type Destination = Extract<PlanNode['operator'], { kind: 'sink' }>['destination'];

function holdsDestination(destination: Destination): string | null {
	switch (destination.kind) {
		case 'files':
			return destination.ifExists === 'add' ? null : `writes whole files (if_exists ${destination.ifExists}), and rows cannot be put into one that is there`;
		case 'table':
			if (destination.preSql !== null || destination.postSql !== null) return 'has pre_sql or post_sql, which would be carried out a second time';
			return null;
		default:
			return null;
	}
}

function replacesRows({ operator }: PlanNode): boolean {
	return (
		operator.kind === 'sink' && operator.destination.kind === 'table' && ['truncate_and_insert', 'delete_and_insert'].includes(operator.destination.operation)
	);
}

/** What replaced the rows of a table adds to them: they are those of the run that is completed now. */
function adding(node: PlanNode): PlanNode {
	const { operator } = node;
	if (!replacesRows(node) || operator.kind !== 'sink' || operator.destination.kind !== 'table') return node;
	return { ...node, operator: { ...operator, destination: { ...operator.destination, operation: 'append' } } };
}

/** A union keeps the inputs that are left to it. */
function cut(node: PlanNode, kept: ReadonlySet<string>): PlanNode {
	const places = node.inputs.flatMap((input, index) => (kept.has(input.node) ? [index] : []));
	if (places.length === node.inputs.length) return node;
	const inputs = node.inputs.filter((_, index) => places.includes(index));
	const { operator } = node;
	return operator.kind === 'union'
		? { ...node, inputs, operator: { ...operator, inputs: operator.inputs.filter((_, index) => places.includes(index)) } }
		: { ...node, inputs };
}
