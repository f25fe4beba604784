/** What a line of a log or an error speaks of. The names are what explain_job_failure tells. */
export interface ErrorPattern {
	readonly name: string;
	readonly matches: RegExp;
}

/** Every expression is a plain alternation: linear on any line. */
export const ERROR_PATTERNS: readonly ErrorPattern[] = [
	{ name: 'FATAL', matches: /\bFATAL\b/ },
	{ name: 'ERROR', matches: /\bERROR\b/ },
	{ name: 'exception', matches: /exception|traceback|panic/i },
	{
		name: 'auth',
		matches:
			/\bauth|credential|password|forbidden|unauthori[sz]ed|access denied|(?:permission|command) denied|not enough privileges|login failed|invalid token|\b40[13]\b/i,
	},
	{
		name: 'connection',
		matches:
			/connection (?:refused|reset|closed|timed out|failed|lost)|could not connect|econn\w+|enotfound|unreachable|\bdns\b|host not found|socket|\btls\b|certificate/i,
	},
	{
		name: 'timeout',
		matches: /time[d]?[ -]?out|deadline/i,
	},
	{
		name: 'schema',
		matches:
			/no such (?:column|table)|unknown (?:column|field|table)|missing (?:column|field)|(?:column|field|table|header)s? .{0,200}?(?:not found|missing|does not exist|not there|renamed|is not in)|undefined column|schema|has no column/i,
	},
	{
		name: 'data',
		matches:
			/invalid_cast|cannot (?:be )?(?:cast|read|parse)|is no(?:t an?)? (?:integer|long|float|double|decimal|boolean|date|datetime)|overflow|division by zero|out of range|constraint|duplicate (?:key|entry)|unique|not null|(?:takes no|cannot be) null/i,
	},
	{
		name: 'not_found',
		matches: /no such (?:file|object|key|bucket)|file not found|nothing (?:matches|found)|no files|\b404\b/i,
	},
	{
		name: 'limit',
		matches: /too (?:many|large|long)|quota|rate limit|\b429\b|out of memory|memory limit|max_errors/i,
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
