import type { FaultCode } from '../../plan/fault.ts';
import type { GraphNode } from '../../plan/graph.ts';
import type { RawComponent } from './read-components.ts';
import type { Work } from './work.ts';

/** A component as the graph sees it. One of the wrong kind for the flow has no ports: about its edges nothing is said. */
export function graphNode(component: RawComponent, flow: 'dataflow' | 'workflow'): GraphNode {
	const definition = component.found?.definition;
	const fits = definition !== undefined && (definition.category === 'task') === (flow === 'workflow');
	const ports = !fits
		? null
		: definition.category === 'task'
			? { inputs: { min: 0, max: Number.POSITIVE_INFINITY, ports: ['in' as const] }, outputs: [] }
			: definition;
	return { id: component.id, name: component.name === '' ? component.id : component.name, path: component.path, ports };
}

/** Tells what is wrong with a package as a whole, components aside: kinds that do not mix, nothing to do, rows that go nowhere. */
export function checkWhole(work: Work): void {
	checkKinds(work);
	checkPurpose(work);
	if (work.raw.flowType === 'workflow') return;
	for (const component of work.raw.components) {
		checkOnError(component, work);
		checkOutputs(component, work);
	}
}

function checkKinds({ raw, faults }: Work): void {
	const task = raw.flowType === 'workflow';
	for (const component of raw.components) {
		const definition = component.found?.definition;
		if (definition === undefined || (definition.category === 'task') === task) continue;
		const message = task
			? `${component.key} belongs into a dataflow, this package is a workflow`
			: `${component.key} is a task of workflows, this package is a dataflow`;
		const hint = task
			? 'put it into a dataflow package of its own and run that with a run_package_component'
			: 'use "flow_type": "workflow" for a package of tasks; rows are moved in dataflow packages that its run_package_components run';
		faults.add({ code: 'flow_type', component: component.name, path: component.path, message, hint });
	}
}

function checkPurpose({ raw, faults, warnings, context }: Work): void {
	const list = context.purpose === 'run' ? faults : warnings;
	const tell = (message: string, hint: string) => list.add({ code: 'unused', component: null, path: 'components', message, hint });
	if (raw.components.length === 0) tell('the package has no components', 'add at least a source and a destination');
	else if (
		raw.flowType === 'dataflow' &&
		raw.components.every((component) => component.found !== null && component.found.definition.category !== 'destination')
	) {
		tell('the package has no destination: its rows go nowhere', 'add a result_destination_component to get them back, or one that writes them');
	}
}

function checkOnError(component: RawComponent, { warnings, graph }: Work): void {
	const definition = component.found?.definition;
	const onError = component.config?.['on_error'];
	if (definition === undefined || definition.category === 'task') return;
	const place = (code: FaultCode) => ({ code, component: component.name, path: `${component.path}.on_error` });
	const canFail = definition.outputs.includes('dead_letter');
	if (!canFail && component.given['on_error'] !== undefined && onError !== 'fail') {
		warnings.add({ ...place('unused'), message: 'on_error has no effect: no single row can fail here', hint: 'leave it out' });
	}
	for (const edge of graph.outputs.get(component.id) ?? []) {
		if (edge.sourcePort !== 'dead_letter' || onError === 'dead_letter' || !canFail) continue;
		const message = `no row ever takes this edge: on_error of "${component.name}" is ${String(onError)}`;
		warnings.add({ code: 'unused', component: component.name, path: `edges[${edge.index}]`, message, hint: 'add "on_error": "dead_letter" to the component' });
	}
}

function checkOutputs(component: RawComponent, { warnings, graph }: Work): void {
	const definition = component.found?.definition;
	if (definition === undefined || definition.category === 'task' || !definition.outputs.includes('out')) return;
	const edges = graph.outputs.get(component.id) ?? [];
	if (edges.some((edge) => edge.sourcePort !== 'dead_letter')) return;
	warnings.add({
		code: 'unused',
		component: component.name,
		path: component.path,
		message: `the rows of "${component.name}" go nowhere`,
		hint: `add an edge with "source": "${component.id}", or remove the component`,
	});
}
