import type { Json } from '../lib/json.ts';
import { type GraphNode, layOut } from './graph.ts';
import { attributed, NodeError, NodeRuntime, type RunScope } from './node-runtime.ts';
import type { Sink } from './operator.ts';
import { makeOperator } from './operators/registry.ts';
import type { ComponentProgress } from './ports.ts';
import { rowCosts } from './row-cost.ts';
import type { StateTable } from './storage/tables.ts';

/** Landing so many bytes is as much work as a cell. */
const SPILLED_BYTES = 16;

/** All nodes of a run at work, made from what the last checkpoint left. */
export class Runtime {
	readonly nodes: NodeRuntime[] = [];
	readonly #scope: RunScope;

	constructor(scope: RunScope, states: StateTable) {
		this.#scope = scope;
		const graphs: GraphNode[] = layOut(scope.spec.plan);
		const costs = rowCosts(graphs);
		graphs.forEach((graph, index) => {
			const own = { graph, rowCost: costs[index] as number, make: makeOperator(graph.node.operator) };
			this.nodes.push(new NodeRuntime(own, scope, this.nodes, states.read(graph.node.id)));
		});
	}

	/** Does the next piece of work; false when there is none. Failures are `NodeError`s that name the node. */
	async step(): Promise<boolean> {
		const next = this.#midway() ?? this.#next();
		if (next === null) return false;
		this.#scope.meter.step();
		try {
			if (!next.leave()) {
				if (next.isWanted()) await next.step();
				else next.finish();
			}
		} catch (error) {
			throw error instanceof NodeError ? error : new NodeError(next, error);
		}
		this.#weigh();
		return true;
	}

	/** Work is on its way that no checkpoint may cut in two: `step` goes on with it. */
	get isMidway(): boolean {
		return this.nodes.some((node) => node.isMidway);
	}

	/** The last in plan order first: rows on their way go to the end before others come behind them. */
	#midway(): NodeRuntime | null {
		return this.nodes.findLast((node) => node.isMidway) ?? null;
	}

	get finished(): boolean {
		return this.nodes.every((node) => node.finished);
	}

	/** After a failure: only nodes fed by failed and rejected rows go on, to keep what they were given. */
	salvage(): void {
		const kept = this.nodes.map((node) => node.graph.keptOnFailure);
		this.nodes.forEach((node, index) => {
			if (kept[index] || node.finished) return;
			node.finished = true;
			node.operator.close?.();
		});
		this.nodes.forEach((node, index) => {
			if (kept[index]) return;
			for (const consumer of node.graph.consumers) if (kept[consumer.index]) this.nodes[consumer.index]?.endInput(consumer.input);
		});
	}

	/** Sources look for what they read, all at once; of those that find it missing the first is told. */
	async prepare(): Promise<void> {
		const looked = await Promise.allSettled(this.nodes.map((node) => attributed(node, async () => node.operator.prepare?.())));
		for (const each of looked) if (each.status === 'rejected') throw each.reason;
	}

	sinks(): { readonly node: NodeRuntime; readonly sink: Sink }[] {
		return this.nodes.filter((node) => node.node.operator.kind === 'sink').map((node) => ({ node, sink: node.operator as Sink }));
	}

	/** Inside the checkpoint's transaction. */
	save(states: StateTable): void {
		for (const node of this.nodes) states.write(node.node.id, node.save() as Json);
	}

	async afterCheckpoint(): Promise<void> {
		for (const node of this.nodes) {
			if (node.finished) continue;
			try {
				await node.operator.afterCheckpoint?.();
			} catch (error) {
				throw new NodeError(node, error);
			}
		}
	}

	/** Behind all sends of a checkpoint. Gives whether something was sent that no checkpoint knows of. */
	settle(): boolean {
		let sent = false;
		for (const node of this.nodes) {
			if (node.finished) continue;
			try {
				if (node.operator.settle?.() === true) sent = true;
			} catch (error) {
				throw error instanceof NodeError ? error : new NodeError(node, error);
			}
		}
		return sent;
	}

	close(): void {
		for (const node of this.nodes) if (!node.finished) node.operator.close?.();
	}

	progress(failed: ReadonlySet<string>): ComponentProgress[] {
		const behind = new Set<number>();
		for (const { node, graph } of this.nodes) if (failed.has(node.component.id)) for (const index of graph.downstream) behind.add(index);
		return this.nodes.map((each) => each.progress(failed.has(each.node.component.id), behind.has(each.graph.index)));
	}

	/** 0..1: how far the scans are, with a tenth kept back for what comes behind them. */
	get fraction(): number {
		const scans = this.nodes.filter((node) => node.node.operator.kind === 'scan');
		const scanned = scans.length === 0 ? 1 : scans.reduce((sum, node) => sum + node.fraction, 0) / scans.length;
		const done = this.nodes.filter((node) => node.finished).length / Math.max(1, this.nodes.length);
		return Math.min(0.99, scanned * 0.9 + done * 0.1);
	}

	/**
	 * The first node in plan order that has work, while nothing behind it has: so rows leave before more come in, and one batch at
	 * a time is on its way. Nodes whose rows would have to wait at a join come last.
	 */
	#next(): NodeRuntime | null {
		const full = this.nodes.filter((node) => !node.finished && (node.operator.isFull?.() ?? false)).map((node) => node.graph.index);
		const busy = this.nodes.map((node) => !node.finished && (node.operator.busy?.() ?? false) && !full.some((index) => node.graph.downstream.has(index)));
		let held: NodeRuntime | null = null;
		for (const node of this.nodes) {
			if (!busy[node.graph.index]) continue;
			let behind = false;
			for (const index of node.graph.downstream) if (busy[index]) behind = true;
			if (behind) continue;
			if (!node.isWanted() || node.isLetThrough()) return node;
			held ??= node;
		}
		return held ?? this.nodes.find((node) => busy[node.graph.index]) ?? null;
	}

	#weigh(): void {
		const held = this.nodes.map((node) => (node.finished ? 0 : (node.operator.bytes?.() ?? 0)));
		let total = held.reduce((sum, bytes) => sum + bytes, 0);
		const most = this.#scope.memory();
		while (total > most) {
			let largest = -1;
			for (let index = 0; index < held.length; index++) {
				if ((held[index] as number) > (largest < 0 ? 0 : (held[largest] as number)) && this.nodes[index]?.operator.spill !== undefined) largest = index;
			}
			if (largest < 0) return;
			this.nodes[largest]?.operator.spill?.();
			this.#scope.meter.worked((held[largest] as number) / SPILLED_BYTES);
			total -= held[largest] as number;
			held[largest] = 0;
		}
	}
}
