import type { Operator as PlanOperator } from '../../plan/operators.ts';
import type { MakeOperator } from '../operator.ts';
import { scan } from '../scan/scan.ts';
import { sink } from '../sinks/sink.ts';
import { aggregate } from './aggregate.ts';
import { assert } from './assert.ts';
import { code } from './code.ts';
import { distinct } from './distinct.ts';
import { explode } from './explode.ts';
import { filter } from './filter.ts';
import { join } from './join.ts';
import { limit } from './limit.ts';
import { pivot } from './pivot.ts';
import { project } from './project.ts';
import { sample } from './sample.ts';
import { sort } from './sort.ts';
import { union } from './union.ts';
import { unpivot } from './unpivot.ts';
import { window } from './window.ts';

/** What executes each operator of a plan. */
const OPERATORS = {
	aggregate,
	assert,
	code,
	distinct,
	explode,
	filter,
	join,
	limit,
	pivot,
	project,
	sample,
	scan,
	sink,
	sort,
	union,
	unpivot,
	window,
} as const satisfies Record<PlanOperator['kind'], MakeOperator>;

export function makeOperator(operator: PlanOperator): MakeOperator {
	return OPERATORS[operator.kind];
}
