import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Edge } from '../../../src/model/package.ts';
import { settleInputs } from '../../../src/plan/arity.ts';
import { FaultList } from '../../../src/plan/fault.ts';
import { buildGraph, type GraphNode } from '../../../src/plan/graph.ts';

const source = (id: string): GraphNode => ({ id, name: id, path: id, ports: { inputs: { min: 0, max: 0, ports: [] }, outputs: ['out', 'dead_letter'] } });
const step = (id: string, name = id): GraphNode => ({ id, name, path: id, ports: { inputs: { min: 1, max: 1, ports: ['in'] }, outputs: ['out'] } });
const join = (id: string): GraphNode => ({ id, name: id, path: id, ports: { inputs: { min: 2, max: 2, ports: ['left', 'right'] }, outputs: ['out'] } });

function check(nodes: readonly GraphNode[], edges: readonly Edge[], flow: 'dataflow' | 'workflow' = 'dataflow') {
	const faults = new FaultList();
	const graph = buildGraph(nodes, edges, flow, faults);
	return { graph, faults: faults.list().map(({ code, path, message }) => ({ code, path, message })), all: faults };
}

describe('edges', () => {
	test('name their ends by id or by name, and get ids of their own', () => {
		const { graph, faults } = check([source('a'), step('b', 'Second step')], [{ source: 'a', target: 'Second step' }]);
		expect(faults).toEqual([]);
		expect(graph.edges).toEqual([{ id: 'edge_1', index: 0, source: 'a', target: 'b', sourcePort: 'out', targetPort: null, condition: 'success' }]);
	});

	test('that lead to nothing are told with the nearest id', () => {
		const { all } = check([source('flights'), step('totals')], [{ source: 'flihgts', target: 'nowhere' }]);
		expect(all.list()).toEqual([
			{
				code: 'edge',
				component: null,
				path: 'edges[0].source',
				message: 'no component has the id or name "flihgts"',
				hint: 'did you mean flights? component ids: flights, totals',
			},
			{ code: 'edge', component: null, path: 'edges[0].target', message: 'no component has the id or name "nowhere"', hint: 'component ids: flights, totals' },
		]);
	});

	test('are refused between ports that do not exist', () => {
		const { faults } = check([source('a'), step('b')], [{ source: 'a', target: 'b', source_port: 'rejected', target_port: 'left' }]);
		expect(faults.map((fault) => fault.path)).toEqual(['edges[0].source_port', 'edges[0].target_port']);
	});

	test('that say the same twice are told once', () => {
		const edge = { source: 'a', target: 'b' };
		expect(check([source('a'), step('b')], [edge, { ...edge, source_port: 'out' }]).faults).toEqual([
			{ code: 'edge', path: 'edges[1]', message: 'the same as edges[0]: "a" to "b"' },
		]);
	});

	test('have a condition only in a workflow and ports only in a dataflow', () => {
		expect(check([source('a'), step('b')], [{ source: 'a', target: 'b', condition: 'failure' }]).faults).toMatchObject([{ path: 'edges[0].condition' }]);
		expect(check([source('a'), step('b')], [{ source: 'a', target: 'b', source_port: 'out' }], 'workflow').faults).toMatchObject([
			{ path: 'edges[0].source_port' },
		]);
	});
});

describe('cycles', () => {
	test('are told with the names on the way', () => {
		const edges = [
			{ source: 'a', target: 'b' },
			{ source: 'b', target: 'c' },
			{ source: 'c', target: 'b' },
		];
		expect(check([source('a'), step('b', 'B'), step('c', 'C')], edges).faults).toEqual([
			{ code: 'cycle', path: 'edges[2]', message: 'components lead back to themselves: B → C → B' },
		]);
	});

	test('of one component are told too', () => {
		expect(check([step('a')], [{ source: 'a', target: 'a' }]).faults).toMatchObject([{ code: 'cycle', message: 'components lead back to themselves: a → a' }]);
	});

	test('of two knots are both told', () => {
		const edges = ['ab', 'ba', 'cd', 'dc', 'bc'].map(([s = '', t = '']) => ({ source: s, target: t }));
		expect(
			check(
				['a', 'b', 'c', 'd'].map((id) => step(id)),
				edges,
			).faults.filter((fault) => fault.code === 'cycle'),
		).toHaveLength(2);
	});

	test('are found exactly where walking from a component leads back to it', () => {
		const edge = fc.record({ source: fc.integer({ min: 0, max: 6 }).map(String), target: fc.integer({ min: 0, max: 6 }).map(String) });
		fc.assert(
			fc.property(fc.uniqueArray(edge, { maxLength: 14, selector: (e) => e.source + e.target }), (edges) => {
				const { graph, faults } = check(
					Array.from({ length: 7 }, (_, i) => step(String(i))),
					edges,
				);
				const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
					edges.some((e) => e.source === from && (e.target === to || (!seen.has(e.target) && reaches(e.target, to, seen.add(e.target)))));
				const cyclic = Array.from({ length: 7 }, (_, i) => String(i)).some((id) => reaches(id, id));
				expect(faults.some((fault) => fault.code === 'cycle')).toBe(cyclic);
				expect([...graph.order].sort()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
				if (!cyclic) for (const e of edges) expect(graph.order.indexOf(e.source)).toBeLessThan(graph.order.indexOf(e.target));
			}),
		);
	});

	test('in a chain of two thousand do not exhaust the stack', () => {
		const nodes = Array.from({ length: 2000 }, (_, i) => step(`n${i}`));
		const edges = nodes.map((node, i) => ({ source: node.id, target: `n${(i + 1) % 2000}` }));
		expect(check(nodes, edges).faults).toMatchObject([{ code: 'cycle' }]);
	});
});

describe('inputs', () => {
	const settle = (node: GraphNode, others: readonly GraphNode[], edges: readonly Edge[]) => {
		const { graph } = check([...others, node], edges);
		const faults = new FaultList();
		return { edges: settleInputs(node, graph, 'dataflow', faults)?.map((edge) => edge.source) ?? null, messages: faults.list().map((fault) => fault.message) };
	};

	test('of a join go left and right in the order of their edges', () => {
		const edges = [
			{ source: 'a', target: 'j' },
			{ source: 'b', target: 'j' },
		];
		expect(settle(join('j'), [source('a'), source('b')], edges)).toEqual({ edges: ['a', 'b'], messages: [] });
	});

	test('of a join go where they say, the other one to the port that is left', () => {
		const edges: Edge[] = [
			{ source: 'a', target: 'j' },
			{ source: 'b', target: 'j', target_port: 'left' },
		];
		expect(settle(join('j'), [source('a'), source('b')], edges)).toEqual({ edges: ['b', 'a'], messages: [] });
	});

	test('of a join cannot both be on one side', () => {
		const edges: Edge[] = [
			{ source: 'a', target: 'j', target_port: 'left' },
			{ source: 'b', target: 'j', target_port: 'left' },
		];
		expect(settle(join('j'), [source('a'), source('b')], edges)).toEqual({ edges: null, messages: ['"j" has two edges at its port left'] });
	});

	test('that are missing or too many are told', () => {
		expect(settle(step('s'), [], []).messages).toEqual(['"s" has no input']);
		expect(settle(join('j'), [source('a')], [{ source: 'a', target: 'j' }]).messages).toEqual(['"j" has 1 of 2 inputs']);
		const two = [
			{ source: 'a', target: 's' },
			{ source: 'b', target: 's' },
		];
		expect(settle(step('s'), [source('a'), source('b')], two).messages).toEqual(['"s" takes 1 input but has 2']);
		expect(settle(source('b'), [source('a')], [{ source: 'a', target: 'b' }]).messages).toEqual(['"b" is a source and takes no input, but 1 edge leads to it']);
	});

	test('that are missing because an edge dangles are not told twice', () => {
		expect(settle(step('s'), [], [{ source: 'nowhere', target: 's' }]).messages).toEqual([]);
	});
});
