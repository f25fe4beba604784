/**
 * One cycle of each knot of a directed graph (strongly connected component of more than one node, or a node that leads to itself),
 * as node ids in walking order; the last leads back to the first. Iterative: a chain of any length does not exhaust the stack.
 */
export function findCycles(nodes: readonly string[], edges: readonly { readonly source: string; readonly target: string }[]): string[][] {
	const targets = new Map<string, string[]>(nodes.map((node) => [node, []]));
	for (const edge of edges) targets.get(edge.source)?.push(edge.target);
	const cycles: string[][] = [];
	for (const knot of knots(nodes, targets)) {
		const inside = new Set(knot);
		const first = knot[0];
		if (first === undefined) continue;
		if (knot.length === 1 && !(targets.get(first) ?? []).includes(first)) continue;
		cycles.push(wayBack(first, targets, inside));
	}
	return cycles;
}

/** Shortest way from a node back to itself, breadth first, without leaving its knot. */
function wayBack(start: string, targets: ReadonlyMap<string, readonly string[]>, inside: ReadonlySet<string>): string[] {
	const from = new Map<string, string>();
	const queue = [start];
	for (const node of queue) {
		for (const next of targets.get(node) ?? []) {
			if (next === start) return trace(node, start, from);
			if (!inside.has(next) || from.has(next)) continue;
			from.set(next, node);
			queue.push(next);
		}
	}
	return [start];
}

function trace(end: string, start: string, from: ReadonlyMap<string, string>): string[] {
	const way = [end];
	for (let node = end; node !== start; ) {
		node = from.get(node) ?? start;
		way.unshift(node);
	}
	return way;
}

/** Strongly connected components (Tarjan), each in the order its nodes were given. */
function knots(nodes: readonly string[], targets: ReadonlyMap<string, readonly string[]>): string[][] {
	const index = new Map<string, number>();
	const low = new Map<string, number>();
	const open: string[] = [];
	const isOpen = new Set<string>();
	const position = new Map(nodes.map((node, i) => [node, i]));
	const found: string[][] = [];
	for (const root of nodes) {
		if (index.has(root)) continue;
		const walk: { node: string; next: number }[] = [{ node: root, next: 0 }];
		while (walk.length > 0) {
			const step = walk.at(-1);
			if (step === undefined) break;
			const { node } = step;
			if (step.next === 0) {
				index.set(node, index.size);
				low.set(node, index.size - 1);
				open.push(node);
				isOpen.add(node);
			}
			const child = targets.get(node)?.[step.next];
			step.next += 1;
			if (child !== undefined) {
				if (!index.has(child)) walk.push({ node: child, next: 0 });
				else if (isOpen.has(child)) low.set(node, Math.min(low.get(node) ?? 0, index.get(child) ?? 0));
				continue;
			}
			walk.pop();
			const parent = walk.at(-1)?.node;
			if (parent !== undefined) low.set(parent, Math.min(low.get(parent) ?? 0, low.get(node) ?? 0));
			if (low.get(node) === index.get(node)) found.push(close(node, open, isOpen, position));
		}
	}
	return found;
}

function close(node: string, open: string[], isOpen: Set<string>, position: ReadonlyMap<string, number>): string[] {
	const knot = open.splice(open.lastIndexOf(node));
	for (const member of knot) isOpen.delete(member);
	return knot.sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0));
}
