/** Dialects whose emitter computes with a column in the database's own type. SQLite's is not among them: it takes any cell as it is read. */
type Typed = 'postgresql' | 'mysql' | 'clickhouse';

/**
 * Types of columns that an emitted expression computes with exactly as they are read, as the database spells them. Of others
 * something is lost or added on the way: `character(n)` loses its padding in a comparison, UInt64 is read as a decimal, times finer
 * than microseconds are read rounded; enumerations, ranges and types of extensions have an order of their own.
 */
const EXACT: Readonly<Record<Typed, RegExp>> = {
	postgresql:
		/^(?:text|character varying(?:\(\d+\))?|smallint|integer|bigint|numeric\(\d+,\d+\)|real|double precision|boolean|date|timestamp(?:\([0-6]\))? with(?:out)? time zone|uuid)$/,
	mysql:
		/^(?:(?:(?:tiny|medium|long)?text|(?:var)?char\(\d+\))(?: CHARACTER SET \w+ COLLATE \w+)?|(?:tiny|small|medium)int(?:\(\d+\))?(?: unsigned)?|int(?:\(\d+\))?(?: unsigned)?|bigint(?:\(\d+\))?|decimal\(\d+,\d+\)|double|date|datetime(?:\([0-6]\))?|timestamp(?:\([0-6]\))?)$/i,
	clickhouse:
		/^(?:String|U?Int(?:8|16|32)|Int64|Float(?:32|64)|Bool|Decimal(?:32|64|128)?\(\d+, \d+\)|Date(?:32)?|DateTime(?:\('[^']+'\))?|DateTime64\([0-6](?:, '[^']+')?\))$/,
};

/** Whether an emitted expression may compute with a column of this native type. `Nullable` and `LowCardinality` change nothing. */
export function isExact(dialect: Typed, nativeType: string): boolean {
	let plain = nativeType;
	for (let inner = wrapped(plain); dialect === 'clickhouse' && inner !== null; inner = wrapped(plain)) plain = inner;
	return EXACT[dialect].test(plain);
}

function wrapped(type: string): string | null {
	return /^(?:Nullable|LowCardinality)\((.*)\)$/.exec(type)?.[1] ?? null;
}
