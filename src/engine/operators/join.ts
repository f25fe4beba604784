import type { Batch } from '../../data/batch.ts';
import type { Json } from '../../lib/json.ts';
import { BuildTable } from '../join/build-table.ts';
import { GraceJoin } from '../join/grace-join.ts';
import { type JoinRoles, joinRoles } from '../join/join-columns.ts';
import { MemoryJoin } from '../join/memory-join.ts';
import type { Operator, OperatorContext } from '../operator.ts';

interface SavedJoin {
	readonly build: 0 | 1;
	readonly spilled: boolean;
	readonly work: Json | null;
}

/**
 * Equi-joins of all kinds and the cross join. One side is read into memory first, and the other passes it; the side is the right
 * one, unless the left is known to be much the smaller.
 */
export function join(context: OperatorContext): Operator {
	const { operator } = context.node;
	if (operator.kind !== 'join') throw new TypeError('not a join');
	const saved = context.saved as unknown as SavedJoin | undefined;
	let roles: JoinRoles | null = saved === undefined ? null : joinRoles(operator, context.inputs, context.output, saved.build);
	let table: BuildTable | null = null;
	let memory: MemoryJoin | null = null;
	let grace: GraceJoin | null = null;
	/** Batches of the build side that no checkpoint has landed yet. */
	let fresh: Batch[] = [];
	if (roles !== null) reopen(roles, saved as SavedJoin);

	return {
		push(input, batch) {
			const { build } = chosen();
			if (input === build) pushBuild(batch);
			else if (grace !== null) grace.pushProbe(batch);
			else if (memory !== null) memory.push(batch);
			else earlyRows().append(batch);
		},
		end(input) {
			if (input === chosen().build) seal(undefined);
		},
		accepts: (input) => input === chosen().build || context.hasEnded(chosen().build),
		busy: () => (memory ?? (context.hasEnded(chosen().build) ? grace : null))?.isBusy ?? false,
		step() {
			(memory ?? grace)?.step();
		},
		bytes: () => (table?.bytes ?? 0) + (grace?.bytes ?? 0),
		spill() {
			if (memory !== null || grace !== null || table === null) return;
			const { build } = chosen();
			grace = new GraceJoin(context, chosen(), earlyRows(), undefined);
			const landed = buildRows(build);
			for (const batch of landed.batches()) grace.pushBuild(batch);
			for (const batch of fresh) grace.pushBuild(batch);
			landed.clear();
			fresh = [];
			table = null;
		},
		save() {
			for (const batch of fresh) buildRows(chosen().build).append(batch);
			fresh = [];
			const state: SavedJoin = { build: chosen().build, spilled: grace !== null, work: (memory ?? grace)?.save() ?? null };
			return state as unknown as Json;
		},
	};

	function chosen(): JoinRoles {
		roles ??= joinRoles(operator as Extract<typeof operator, { kind: 'join' }>, context.inputs, context.output, smallerSide(context));
		return roles;
	}

	function pushBuild(batch: Batch): void {
		if (grace !== null) {
			grace.pushBuild(batch);
			return;
		}
		table ??= newTable();
		table.add(batch);
		fresh.push(batch);
	}

	function seal(work: Json | undefined): void {
		if (grace !== null) return;
		table ??= newTable();
		table.seal();
		memory = new MemoryJoin(context, chosen(), table, earlyRows(), work);
	}

	function reopen(of: JoinRoles, from: SavedJoin): void {
		if (from.spilled) {
			grace = new GraceJoin(context, of, earlyRows(), from.work ?? undefined);
			return;
		}
		table = newTable();
		for (const batch of buildRows(of.build).batches()) table.add(batch);
		if (context.hasEnded(of.build)) seal(from.work ?? undefined);
	}

	function newTable(): BuildTable {
		const { build, buildKeys } = chosen();
		return new BuildTable(context.inputs[build] ?? [], buildKeys);
	}

	function buildRows(build: 0 | 1) {
		return context.chunks.stream('rows', context.inputs[build] ?? []);
	}

	function earlyRows() {
		return context.chunks.stream('early', context.inputs[chosen().probe] ?? []);
	}
}

function smallerSide(context: OperatorContext): 0 | 1 {
	const { operator } = context.node;
	const left = context.estimate(0);
	const right = context.estimate(1);
	const replicated = operator.kind === 'join' && operator.hint === 'replicated';
	return !replicated && left !== null && right !== null && left * 2 < right ? 0 : 1;
}
