import { expect, test } from 'vitest';
import type { Operator } from '../../../src/plan/operators.ts';
import { FED, sliceFrom } from '../../../src/plan/slice.ts';
import { aNode, aPlan, column, fileSink, payload, result, tableSink } from '../engine/support/plans.ts';

const filter: Operator = { kind: 'filter', predicate: { kind: 'literal', value: true, type: { kind: 'boolean' } } };
const project: Operator = { kind: 'project', columns: [{ name: 'id', expr: column('id', 'integer') }] };
const SCHEMA = 'id integer, name string';

const told = (plan: Parameters<typeof sliceFrom>[0], component: string) => {
	const slice = sliceFrom(plan, component);
	return 'refused' in slice
		? slice.refused
		: slice.plan.nodes.map((node) => `${node.id} < ${node.inputs.map((input) => `${input.node}:${input.port}`).join(' ')}`);
};

test('a slice is the component and what is behind it, fed with its input', () => {
	const plan = aPlan([
		payload('in', SCHEMA),
		aNode('early', filter, ['in'], SCHEMA),
		aNode('bad', project, ['early'], 'id integer', 'dead_letter'),
		aNode('late', filter, ['bad'], 'id integer'),
		tableSink('out', 'late', 'id integer'),
		result('rest', 'late:rejected', 'id integer'),
		result('dead', 'bad:dead_letter', SCHEMA),
		result('other', 'early', SCHEMA),
	]);
	const slice = sliceFrom(plan, 'bad');
	expect(told(plan, 'bad')).toEqual([`${FED} < `, `bad < ${FED}:out`, 'late < bad:out', 'out < late:out', 'rest < late:rejected']);
	expect('plan' in slice && slice.plan.nodes[0]?.output.map((field) => field.name)).toEqual(['id', 'name']);
});

test('a union keeps the inputs that are left to it', () => {
	const union: Operator = { kind: 'union', inputs: [['a'], ['b']] };
	const plan = aPlan([
		payload('x', 'a integer'),
		payload('y', 'b integer'),
		aNode('bad', filter, ['y'], 'b integer', 'skip'),
		aNode('u', union, ['x', 'bad'], 'a integer'),
		result('out', 'u', 'a integer'),
	]);
	const slice = sliceFrom(plan, 'bad');
	expect('plan' in slice && slice.plan.nodes.find((node) => node.id === 'u')).toMatchObject({ inputs: [{ node: 'bad' }], operator: { inputs: [['b']] } });
});

test('a table whose rows were replaced is added to; one that merges merges', () => {
	const plan = (operation: 'truncate_and_insert' | 'merge_update_insert') =>
		aPlan([payload('in', SCHEMA), aNode('bad', filter, ['in'], SCHEMA, 'skip'), tableSink('out', 'bad', SCHEMA, { operation, mergeKeys: ['id'] })]);
	const replaced = sliceFrom(plan('truncate_and_insert'), 'bad');
	expect(replaced).toMatchObject({ replaces: true, plan: { nodes: [{}, {}, { operator: { destination: { operation: 'append' } } }] } });
	expect(sliceFrom(plan('merge_update_insert'), 'bad')).toMatchObject({
		replaces: false,
		plan: { nodes: [{}, {}, { operator: { destination: { operation: 'merge_update_insert' } } }] },
	});
});

test('what works on all rows, writes whole files, reads or lets rows go on is refused with its reason', () => {
	const behind = (...nodes: Parameters<typeof aPlan>[0]) => aPlan([payload('in', SCHEMA), aNode('bad', filter, ['in'], SCHEMA, 'skip'), ...nodes]);
	const sorted = behind(aNode('s', { kind: 'distinct', on: ['id'] }, ['bad'], 'id integer'), result('out', 's', 'id integer'));
	expect(told(sorted, 'bad')).toContain('works on all rows together');
	expect(told(behind(fileSink('out', 'bad', SCHEMA)), 'bad')).toContain('if_exists refuse');
	expect(told(behind(fileSink('out', 'bad', SCHEMA, { ifExists: 'add' })), 'bad')).toHaveLength(3);
	expect(told(behind(result('out', 'bad', SCHEMA)), 'in')).toContain('refused them while it read');
	expect(told(behind(result('out', 'in', SCHEMA)), 'bad')).toContain('nothing behind "bad" writes rows');
	expect(told(behind(result('out', 'bad', SCHEMA)), 'gone')).toContain('no component gone');
	expect(told(aPlan([payload('in', SCHEMA), aNode('bad', filter, ['in'], SCHEMA, 'null_field'), result('out', 'bad', SCHEMA)]), 'bad')).toContain(
		'nulled their fields',
	);
});
