/** Words that cannot be bare column names. */
export const RESERVED: ReadonlySet<string> = new Set([
	'and', 'or', 'not', 'is', 'in', 'between', 'null', 'true', 'false', 'case', 'when', 'then', 'else', 'end', 'cast', 'try_cast',
]);

/** Functions over many rows: known, so that a fault can say where they belong. */
export const AGGREGATES: ReadonlySet<string> = new Set([
	'count', 'sum', 'avg', 'average', 'min', 'max', 'stddev', 'variance', 'median', 'collect', 'array_agg', 'string_agg', 'group_concat', 'first', 'last',
	'row_number', 'rank', 'dense_rank', 'percent_rank', 'cume_dist', 'ntile', 'lead', 'lag', 'first_value', 'last_value',
]);
