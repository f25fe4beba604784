import { describe, expect, test } from 'vitest';
import { build, faultsOf } from './makers.ts';

const load = { run_package_component: { id: 'load', name: 'Load', package_id: 7, variables: { day: '$day' } } };
const count = { execute_sql_component: { id: 'count', name: 'Count', connection_id: 2, query: 'select count(*) from t', result_variable: 'rows' } };
const move = {
	move_file_component: {
		id: 'move',
		name: 'Move',
		from: { connection_id: 1, path: 'in/*.csv' },
		to: { connection_id: 1, path: 'done/$rows/' },
		mode: 'move',
		wait_for: 'any',
	},
};
const tell = {
	http_call_component: { id: 'tell', name: 'Tell', connection_id: 3, path: 'hooks', method: 'POST', body: { text: '$_FAILED_TASK: $_FAILED_ERROR' } },
};
const workflow = {
	flow_type: 'workflow',
	components: [tell, move, count, load],
	edges: [
		{ source: 'load', target: 'count' },
		{ source: 'count', target: 'move' },
		{ source: 'load', target: 'tell', condition: 'failure' },
		{ source: 'count', target: 'tell', condition: 'failure' },
	],
	variables: { day: '2024-01-31', rows: { type: 'long' } },
};

describe('a workflow', () => {
	test('becomes tasks in the order of their edges, texts with their variables still in them', () => {
		const result = build(workflow);
		expect(result).toMatchObject({ flowType: 'workflow', warnings: [], connections: [{ id: 2 }, { id: 1 }, { id: 3 }] });
		expect('workflow' in result && result.workflow).toMatchObject({
			variables: [
				{ name: 'day', value: '2024-01-31' },
				{ name: 'rows', value: null, type: { kind: 'long' } },
			],
			tasks: [
				{ id: 'load', waitFor: 'all', after: [], task: { kind: 'run_package', packageId: 7, variables: { day: '$day' }, wait: true, resultVariable: null } },
				{
					id: 'count',
					after: [{ task: 'load', condition: 'success' }],
					task: { kind: 'execute_sql', query: 'select count(*) from t', resultVariable: 'rows' },
				},
				{ id: 'move', waitFor: 'any', task: { kind: 'move_file', to: { path: 'done/$rows/' }, mode: 'move', ifExists: 'refuse' } },
				{
					id: 'tell',
					after: [
						{ task: 'load', condition: 'failure' },
						{ task: 'count', condition: 'failure' },
					],
					task: { kind: 'http_call', body: { text: '$_FAILED_TASK: $_FAILED_ERROR' } },
				},
			],
		});
	});

	const one = (task: Record<string, unknown>, more = {}) => faultsOf({ flow_type: 'workflow', components: [task], ...more });

	test('refuses a task that waits for what excludes each other', () => {
		const nap = (name: string, more = {}) => ({ sleep_component: { id: name, name, seconds: 0, ...more } });
		const both = [
			{ source: 'a', target: 'b' },
			{ source: 'a', target: 'b', condition: 'failure' },
		];
		expect(faultsOf({ flow_type: 'workflow', components: [nap('a'), nap('b')], edges: both })).toEqual([
			'components[1].sleep_component: b waits for both the success and the failure of a, and can never run',
		]);
		expect(faultsOf({ flow_type: 'workflow', components: [nap('a'), nap('b', { wait_for: 'any' })], edges: both })).toEqual([]);
	});

	test('knows what failed only behind an edge of failure or completion', () => {
		expect(one(tell)).toEqual([
			'components[0].http_call_component.body: $_FAILED_TASK is not a variable of this package',
			'components[0].http_call_component.body: $_FAILED_ERROR is not a variable of this package',
		]);
		const after = { sleep_component: { id: 'z', name: 'z', seconds: 1 } };
		const edges = [
			{ source: 'load', target: 'z', condition: 'completion' },
			{ source: 'z', target: 'tell' },
		];
		expect(faultsOf({ ...workflow, components: [load, after, tell], edges })).toEqual([]);
	});

	test('keeps results in declared variables that can hold them', () => {
		const call = (result_variable: string) => ({ http_call_component: { name: 'h', connection_id: 3, result_variable } });
		expect(one(call('answer'))).toEqual(['components[0].http_call_component.result_variable: $answer is not a variable of this package']);
		expect(one(call('n'), { variables: { n: 1 } })).toEqual(['components[0].http_call_component.result_variable: $n is integer']);
		expect(one(call('_RUN_ID'))[0]).toContain('predefined');
		expect(one(call('answer'), { variables: { answer: { type: 'json' } } })).toEqual([]);
	});

	test('refuses connections of the wrong kind, cycles, on_error and impossible moves', () => {
		expect(one({ execute_sql_component: { name: 'q', connection_id: 1, query: 'select 1' } })[0]).toContain('this needs one to a database');
		expect(one({ sleep_component: { name: 'z', seconds: 1, on_error: 'skip' } })[0]).toContain('"on_error" is not a known key');
		expect(one({ move_file_component: { name: 'm', from: { connection_id: 1, path: 'in/*' }, to: { connection_id: 1, path: 'out' } } })[0]).toContain(
			'several files cannot go to one object',
		);
		expect(
			faultsOf({
				...workflow,
				components: [load, count],
				edges: [
					{ source: 'load', target: 'count' },
					{ source: 'count', target: 'load', condition: 'failure' },
				],
			})[0],
		).toContain('Load → Count → Load');
	});

	test('may have two edges between two tasks when their conditions differ', () => {
		const edges = [
			{ source: 'load', target: 'count' },
			{ source: 'load', target: 'count', condition: 'failure' },
		];
		const either = { execute_sql_component: { ...count.execute_sql_component, wait_for: 'any' } };
		expect(faultsOf({ ...workflow, components: [load, either], edges })).toEqual([]);
		expect(faultsOf({ ...workflow, components: [load, either], edges: [...edges, { source: 'load', target: 'count', condition: 'success' }] })).toHaveLength(1);
	});
});
