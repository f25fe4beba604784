import { describe, expect, test } from 'vitest';
import type { FaultCode } from '../../../src/plan/fault.ts';
import { MEANING_CASES } from './fault-cases-meaning.ts';
import { SHAPE_CASES } from './fault-cases-shape.ts';
import { SOURCE, select, through } from './fault-packages.ts';
import { around, build, CONNECTIONS, faultsOf } from './makers.ts';

const CASES = [...SHAPE_CASES, ...MEANING_CASES];

test.each(CASES)('%s is told as a fault', (_title, code, definition, path, message, hint) => {
	const result = build(definition);
	const faults = 'faults' in result ? result.faults : [];
	const fault = faults.find((candidate) => candidate.code === code && candidate.path === path && message.test(candidate.message));
	expect(fault, JSON.stringify(faults, null, 1)).toBeDefined();
	expect(fault?.hint).toMatch(hint);
	expect(faults.every((each) => each.hint !== '' && each.message !== '')).toBe(true);
});

test('every class of fault has a case', () => {
	const all: Record<FaultCode, true> = {
		shape: true,
		unknown_key: true,
		unknown_component: true,
		duplicate_name: true,
		duplicate_id: true,
		edge: true,
		arity: true,
		cycle: true,
		flow_type: true,
		configuration: true,
		columns: true,
		expression: true,
		connection: true,
		package: true,
		variable: true,
		discovery: true,
		unused: true,
		limit: true,
	};
	expect([...new Set(CASES.map(([, code]) => code))].sort()).toEqual(Object.keys(all).sort());
});

describe('a package with many faults', () => {
	const many = {
		flow_type: 'dataflow',
		components: [
			SOURCE,
			{ filter_component: { id: 'f', name: 'keep', expression: 'idd > 1', conditons: [] } },
			{ agregate_component: { id: 'g', name: 'sum' } },
			{ join_component: { id: 'j', name: 'join', keys: [{ left: 'id', right: 'city' }] } },
			{ database_destination_component: { id: 'd', name: 'out', connection_id: 7, table: '$where', operation: 'merge_update_insert' } },
			{
				select_component: {
					id: 'q',
					name: 'out',
					columns: [
						{ expression: 'upper(city) + 1', alias: 'x' },
						{ expression: 'day ||', alias: 'y' },
					],
				},
			},
		],
		edges: [
			{ source: 's', target: 'f' },
			{ source: 's', target: 'j' },
			{ source: 's', target: 'j', target_port: 'right' },
			{ source: 'j', target: 'd' },
			{ source: 'nowhere', target: 'd' },
			{ source: 's', target: 'q' },
		],
		variables: { n: { type: 'integer', default: 'x' } },
		settings: { timeout_minutes: -1 },
	};

	test('has all of them told at once, each with component, path, message and hint', () => {
		const result = build(many);
		expect('faults' in result && result.faults.map(({ code, component, path }) => [code, component, path])).toEqual([
			['shape', null, 'settings.timeout_minutes'],
			['unknown_key', 'keep', 'components[1].filter_component.conditons'],
			['unknown_component', 'sum', 'components[2].agregate_component'],
			['duplicate_name', 'out', 'components[5].select_component.name'],
			['variable', null, 'variables.n.default'],
			['edge', null, 'edges[4].source'],
			['expression', 'keep', 'components[1].filter_component.expression'],
			['columns', 'join', 'components[3].join_component.keys[0]'],
			['expression', 'out', 'components[5].select_component.columns[0].expression'],
			['expression', 'out', 'components[5].select_component.columns[1].expression'],
			['connection', 'out', 'components[4].database_destination_component.connection_id'],
			['variable', 'out', 'components[4].database_destination_component.table'],
			['configuration', 'out', 'components[4].database_destination_component.merge_keys'],
		]);
	});
});

describe('after a faulty component', () => {
	const chain = (first: Record<string, unknown>) =>
		through(
			first,
			{ aggregate_component: { id: 'a', name: 'sums', group_by: ['whatever'], aggregates: [{ function: 'sum', field: 'total' }] } },
			select([
				{ expression: 'total * nonsense(1', alias: 'y' },
				{ expression: 'upper(total)', alias: 'z' },
				{ expression: '$unknown + total', alias: 'u' },
			]),
		);

	test('nothing is said of columns that cannot be known, but all else is', () => {
		expect(faultsOf(chain({ filter_component: { id: 'f', name: 'f', expression: 'idd = 1' } })).map((fault) => fault.split(':')[0])).toEqual([
			'components[1].filter_component.expression',
			'components[3].select_component.columns[0].expression',
			'components[3].select_component.columns[2].expression',
		]);
	});

	test('the same holds behind an unknown component, a shape fault, a cycle and a dangling edge', () => {
		for (const first of [
			{ nothing_component: { id: 'f', name: 'f' } },
			{ filter_component: { id: 'f', name: 'f', expression: 5 } },
			{ clone_component: { id: 'f', name: 'f', extra: 1 } },
		]) {
			const paths = faultsOf(chain(first)).map((fault) => fault.split(':')[0]);
			expect(paths.filter((path) => path?.includes('aggregate_component'))).toEqual([]);
			expect(paths).toHaveLength(3);
		}
		const definition = through(select([{ expression: 'anything', alias: 'x' }]));
		expect(
			faultsOf({
				...definition,
				edges: [
					{ source: 'gone', target: 'x' },
					{ source: 'x', target: 'r' },
				],
			}),
		).toEqual(['edges[0].source: no component has the id or name "gone"']);
		expect(faultsOf({ ...definition, edges: [{ source: 'x', target: 'x' }] }).map((fault) => fault.split(':')[0])).toEqual([
			'edges[0]',
			'components[2].result_destination_component',
		]);
	});

	test('a variable at fault is told once, not wherever it is used', () => {
		const definition = {
			...through(
				select([
					{ expression: '$n + id', alias: 'x' },
					{ expression: "'$n' = id", alias: 'y' },
				]),
			),
			variables: { n: { type: 'integer', default: 'x' } },
		};
		expect(faultsOf(definition)).toEqual(['variables.n.default: "x" is no integer for $n']);
	});
});

test('no fault shows a secret', () => {
	const definition = {
		...around('cloud_storage_destination_component', { connection_id: 1, path: 'out/$key' }, [{ id: 'integer' }]),
		variables: { key: { default: 'can/ary', secret: true }, pin: { type: 'integer', default: 'canary2', secret: true } },
	};
	const told = JSON.stringify(build(definition, { connections: CONNECTIONS }));
	expect(told).toContain('cannot be part of a path');
	expect(told.slice(0, told.indexOf('"definition"'))).not.toMatch(/can.?ary/);
});
