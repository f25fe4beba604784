import type { DataType } from '../data/types.ts';
import type { Expr } from '../expression/ir.ts';
import type { Destination, Source } from './endpoints.ts';

/** The relational operators everything lowers to. Column references are by name in the input's schema. */
export type Operator =
	| { readonly kind: 'scan'; readonly source: Source }
	| { readonly kind: 'filter'; readonly predicate: Expr }
	| { readonly kind: 'assert'; readonly predicate: Expr; readonly message: string }
	| { readonly kind: 'project'; readonly columns: readonly ProjectColumn[] }
	| JoinOperator
	/** `inputs`: per input, the field that goes to each output column; null where it has none. */
	| { readonly kind: 'union'; readonly inputs: readonly (readonly (string | null)[])[] }
	| AggregateOperator
	| { readonly kind: 'window'; readonly partitionBy: readonly string[]; readonly sort: readonly SortKey[]; readonly functions: readonly WindowCall[] }
	| { readonly kind: 'sort'; readonly keys: readonly SortKey[] }
	| { readonly kind: 'limit'; readonly count: number; readonly partitionBy: readonly string[]; readonly sort: readonly SortKey[] }
	| { readonly kind: 'distinct'; readonly on: readonly string[] }
	| { readonly kind: 'sample'; readonly percent: number; readonly seed: number }
	| {
			readonly kind: 'explode';
			readonly field: string;
			readonly alias: string;
			/** Keys of the elements that become columns, behind the others; null: the element itself is the column `alias`. */
			readonly spread: readonly { readonly key: string; readonly name: string; readonly type: DataType }[] | null;
			/** A row whose list is empty or null gives one row without element rather than none. */
			readonly keepEmpty: boolean;
	  }
	| PivotOperator
	| { readonly kind: 'unpivot'; readonly columns: readonly string[]; readonly keyAlias: string; readonly valueAlias: string }
	| { readonly kind: 'code'; readonly code: string; readonly batchSize: number; readonly timeoutSeconds: number }
	| { readonly kind: 'sink'; readonly destination: Destination };

export interface ProjectColumn {
	readonly name: string;
	readonly expr: Expr;
}

/**
 * Inputs: [left, right]. Nulls never match. `columns` says where each output column comes from, in output order.
 * `cross` has no keys.
 */
export interface JoinOperator {
	readonly kind: 'join';
	readonly joinType: 'inner' | 'left' | 'right' | 'full' | 'cross';
	readonly keys: readonly { readonly left: string; readonly right: string }[];
	readonly columns: readonly { readonly side: 'left' | 'right'; readonly field: string; readonly name: string }[];
	readonly hint: 'auto' | 'replicated' | 'skewed';
}

/** `groupingSets`: indexes into `groupBy` per set (cube, rollup); null is the one plain set of all of them. */
export interface AggregateOperator {
	readonly kind: 'aggregate';
	readonly groupBy: readonly string[];
	readonly groupingSets: readonly (readonly number[])[] | null;
	readonly aggregates: readonly AggregateCall[];
}

export interface AggregateCall {
	readonly function: AggregateFunction;
	/** Null only for count_all. */
	readonly field: string | null;
	readonly alias: string;
	readonly type: DataType;
}

export type AggregateFunction =
	| 'count'
	| 'count_all'
	| 'count_distinct'
	| 'approx_count_distinct'
	| 'sum'
	| 'avg'
	| 'min'
	| 'max'
	| 'collect'
	| 'stddev'
	| 'variance'
	| 'first'
	| 'last';

export interface SortKey {
	readonly field: string;
	readonly direction: 'asc' | 'desc';
	readonly nulls: 'first' | 'last';
}

export interface WindowCall {
	readonly function: AggregateFunction | RankingFunction;
	readonly field: string | null;
	readonly alias: string;
	readonly type: DataType;
	/** ntile: buckets; lead / lag: offset, then a default. */
	readonly arguments: readonly (number | string | boolean | null)[];
	readonly frame: WindowFrame | null;
}

export type RankingFunction = 'row_number' | 'rank' | 'dense_rank' | 'percent_rank' | 'cume_dist' | 'ntile' | 'lead' | 'lag' | 'first_value' | 'last_value';

export interface WindowFrame {
	readonly unit: 'rows' | 'range';
	readonly start: FrameBound;
	readonly end: FrameBound;
}

/** `offset`: rows, or a numeric distance; over datetimes milliseconds, over dates days. */
export type FrameBound =
	| { readonly kind: 'unbounded_preceding' | 'current_row' | 'unbounded_following' }
	| { readonly kind: 'preceding' | 'following'; readonly offset: number };

/** Rows of one group become columns: for each of `columns`, the aggregate of `value` where `key` equals it. */
export interface PivotOperator {
	readonly kind: 'pivot';
	readonly groupBy: readonly string[];
	readonly key: string;
	readonly value: string;
	readonly aggregate: AggregateFunction;
	readonly columns: readonly { readonly key: string; readonly name: string }[];
}
