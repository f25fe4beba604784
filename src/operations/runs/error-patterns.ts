/** What a line of a log or an error speaks of. The names are what explain_job_failure tells. */
export interface ErrorPattern {
	readonly name: string;
	readonly matches: RegExp;
	/** What to do about it; null where the pattern only says that something is wrong. */
	readonly advice: string | null;
}

/** Every expression is a plain alternation: linear on any line. */
export const ERROR_PATTERNS: readonly ErrorPattern[] = [
	{ name: 'FATAL', matches: /\bFATAL\b/, advice: null },
	{ name: 'ERROR', matches: /\bERROR\b/, advice: null },
	{ name: 'exception', matches: /exception|traceback|panic/i, advice: null },
	{
		name: 'auth',
		matches: /\bauth|credential|password|forbidden|unauthori[sz]ed|access denied|permission denied|login failed|invalid token|\b40[13]\b/i,
		advice: 'The other system refused the credentials: check the connection (get_connection) and have its secret entered again by an owner.',
	},
	{
		name: 'connection',
		matches:
			/connection (?:refused|reset|closed|timed out|failed|lost)|could not connect|econn\w+|enotfound|unreachable|\bdns\b|host not found|socket|\btls\b|certificate/i,
		advice: 'The other system could not be reached: check host, port and network of the connection, then run the package again.',
	},
	{
		name: 'timeout',
		matches: /time[d]?[ -]?out|deadline/i,
		advice: 'Something took too long: read less at once (where_clause, limit), or raise settings.timeout_minutes.',
	},
	{
		name: 'schema',
		matches:
			/no such (?:column|table)|unknown (?:column|field|table)|missing (?:column|field)|(?:column|field|table|header)s? .{0,200}?(?:not found|missing|does not exist|not there|renamed|is not in)|undefined column|schema|has no column/i,
		advice:
			'The columns are not what the package expects: compare them (discover_schema, or validate_package, which looks at the live source) and change the fields of the component.',
	},
	{
		name: 'data',
		matches:
			/invalid_cast|cannot (?:be )?(?:cast|read|parse)|is no(?:t an?)? (?:integer|long|float|double|decimal|boolean|date|datetime)|overflow|division by zero|out of range|constraint|duplicate key|unique|not null/i,
		advice:
			'A value does not fit: the failed row is shown with its value. Convert it (try_cast, coalesce), or set on_error of the component to skip, null_field or dead_letter.',
	},
	{
		name: 'not_found',
		matches: /no such (?:file|object|key|bucket)|file not found|nothing (?:matches|found)|no files|\b404\b/i,
		advice: 'A file or object is not there: check path and name, and whether whatever writes it has run.',
	},
	{
		name: 'limit',
		matches: /too (?:many|large|long)|quota|rate limit|\b429\b|out of memory|memory limit|max_errors/i,
		advice: 'A limit was reached: see which one in the message, then ask for less or raise the limit where it is a setting.',
	},
];

export interface PatternMatch {
	readonly pattern: string;
	readonly count: number;
	readonly example: string;
}

const EXAMPLE_LENGTH = 300;

/** Which patterns the lines match, how often, with the first line of each. */
export function matchPatterns(lines: readonly string[]): PatternMatch[] {
	return ERROR_PATTERNS.flatMap(({ name, matches }) => {
		const found = lines.filter((line) => matches.test(line));
		const [first] = found;
		return first === undefined ? [] : [{ pattern: name, count: found.length, example: first.slice(0, EXAMPLE_LENGTH) }];
	});
}
