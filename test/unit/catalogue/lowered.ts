import { typeName } from '../../../src/data/type-names.ts';
import type { Operator } from '../../../src/plan/operators.ts';
import type { PlanNode } from '../../../src/plan/plan.ts';
import { around, built, faultsOf } from './makers.ts';

type Columns = Readonly<Record<string, string>>;
type Config = Readonly<Record<string, unknown>>;

/** A component's node in a package of payload sources, itself and a result. */
export function lower(key: string, config: Config, inputs: readonly Columns[] = [{}], variables = {}): PlanNode {
	const node = built(around(key, config, inputs, variables)).nodes.find(({ id }) => id === 'example');
	if (node === undefined) throw new Error('not lowered');
	return node;
}

export function faults(key: string, config: Config, inputs: readonly Columns[] = [{}], variables = {}): string[] {
	return faultsOf(around(key, config, inputs, variables));
}

export function columns(node: PlanNode): string[] {
	return node.output.map(({ name, type }) => `${name} ${typeName(type)}`);
}

export function operator<Kind extends Operator['kind']>(node: PlanNode, kind: Kind): Extract<Operator, { kind: Kind }> {
	if (node.operator.kind !== kind) throw new Error(`${node.operator.kind} is no ${kind}`);
	return node.operator as Extract<Operator, { kind: Kind }>;
}

export const SALES = { id: 'integer', city: 'string', amount: 'decimal(8,2)', at: 'datetime', day: 'date', tags: 'json', rate: 'double' };
