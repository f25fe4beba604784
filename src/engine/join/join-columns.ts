import type { Batch } from '../../data/batch.ts';
import { gatherVector, nullVector } from '../../data/gather.ts';
import type { Schema } from '../../data/types.ts';
import type { Vector } from '../../data/vector.ts';
import type { JoinOperator } from '../../plan/operators.ts';
import { positions } from '../operators/narrow.ts';
import type { Pairs } from './prober.ts';

/** Which side is held in memory, and where columns are on each. */
export interface JoinRoles {
	/** Input numbers. */
	readonly build: 0 | 1;
	readonly probe: 0 | 1;
	readonly buildKeys: readonly number[];
	readonly probeKeys: readonly number[];
	readonly keepBuild: boolean;
	readonly keepProbe: boolean;
	readonly columns: readonly { readonly fromBuild: boolean; readonly index: number }[];
	readonly output: Schema;
}

export function joinRoles(operator: JoinOperator, inputs: readonly Schema[], output: Schema, build: 0 | 1): JoinRoles {
	const probe = build === 1 ? 0 : 1;
	const keys = (input: 0 | 1) =>
		positions(
			inputs[input] as Schema,
			operator.keys.map((key) => (input === 0 ? key.left : key.right)),
		);
	const keepsLeft = operator.joinType === 'left' || operator.joinType === 'full';
	const keepsRight = operator.joinType === 'right' || operator.joinType === 'full';
	const columns = output.map((field) => {
		const column = operator.columns.find((each) => each.name === field.name) as JoinOperator['columns'][number];
		const input = column.side === 'left' ? 0 : 1;
		return { fromBuild: input === build, index: positions(inputs[input] as Schema, [column.field])[0] as number };
	});
	return {
		build,
		probe,
		buildKeys: keys(build),
		probeKeys: keys(probe),
		keepBuild: build === 0 ? keepsLeft : keepsRight,
		keepProbe: build === 0 ? keepsRight : keepsLeft,
		columns,
		output,
	};
}

/** The output rows of pairs. `probe` may be null where all pairs miss that side. */
export function joined(roles: JoinRoles, probe: Batch | null, build: Batch, pairs: Pairs): Batch {
	const columns = roles.columns.map(({ fromBuild, index }, place): Vector => {
		const source = (fromBuild ? build : probe)?.columns[index];
		const rows = fromBuild ? pairs.build : pairs.probe;
		if (source !== undefined) return gatherVector(source, rows, pairs.count);
		return missing(roles.output, place, pairs.count);
	});
	return { schema: roles.output, length: pairs.count, columns };
}

function missing(output: Schema, place: number, count: number): Vector {
	return nullVector((output[place] as Schema[number]).type, count);
}
