import type { DataType } from '../../data/types.ts';
import { COMPARISONS } from './comparison.ts';
import { CONDITIONS } from './condition.ts';
import { DATE_PART_FUNCTIONS } from './date-parts.ts';
import { DATETIME_FUNCTIONS } from './datetime.ts';
import type { FunctionDefinition, Signature } from './definition.ts';
import { DURATION_FUNCTIONS } from './duration.ts';
import { HASH_FUNCTIONS } from './hash.ts';
import { JSON_FUNCTIONS } from './json.ts';
import { JSON_BUILD_FUNCTIONS } from './json-build.ts';
import { LIKE_FUNCTIONS } from './like.ts';
import { NUMBER_FUNCTIONS } from './number.ts';
import { OPERATORS } from './operators.ts';
import { REGEX_FUNCTIONS } from './regex.ts';
import { ROUNDING_FUNCTIONS } from './rounding.ts';
import { SEARCH_FUNCTIONS } from './search.ts';
import { SPRINTF_FUNCTIONS } from './sprintf.ts';
import { TEXT_FUNCTIONS } from './text.ts';
import { TIME_ZONE_FUNCTIONS } from './time-zone.ts';

/** Every function and operator, by the family its documentation lists it under. */
export const FAMILIES = {
	operators: [...OPERATORS, ...COMPARISONS, ...LIKE_FUNCTIONS],
	text: [...TEXT_FUNCTIONS, ...SEARCH_FUNCTIONS, ...SPRINTF_FUNCTIONS],
	'regular expressions': REGEX_FUNCTIONS,
	numbers: [...ROUNDING_FUNCTIONS, ...NUMBER_FUNCTIONS],
	'dates and times': [...DATETIME_FUNCTIONS, ...TIME_ZONE_FUNCTIONS, ...DATE_PART_FUNCTIONS, ...DURATION_FUNCTIONS],
	json: [...JSON_FUNCTIONS, ...JSON_BUILD_FUNCTIONS],
	conditions: CONDITIONS,
	'digests, encodings, identifiers': HASH_FUNCTIONS,
} satisfies Readonly<Record<string, readonly FunctionDefinition[]>>;

const ALL: readonly FunctionDefinition[] = Object.values(FAMILIES).flat();
const BY_NAME: ReadonlyMap<string, FunctionDefinition> = new Map(ALL.map((definition) => [definition.name, definition]));
const BY_SPELLING: ReadonlyMap<string, FunctionDefinition> = new Map(
	ALL.filter(({ operator }) => !operator).flatMap((definition) => [definition.name, ...definition.aliases].map((name) => [normalised(name), definition])),
);

/** Names are found in any case, with or without underscores: `ToDate`, `TO_DATE`, `todate`. */
function normalised(name: string): string {
	return name.toLowerCase().replaceAll('_', '');
}

/** The definition of a canonical name, as the IR has it. */
export function functionNamed(name: string): FunctionDefinition {
	const definition = BY_NAME.get(name);
	if (definition === undefined) throw new TypeError(`The plan calls a function that is not there: ${name}`);
	return definition;
}

/** The function that people call by a name; operators are not called. */
export function findFunction(written: string): FunctionDefinition | undefined {
	return BY_SPELLING.get(normalised(written));
}

/** The names functions are called by, for "did you mean". */
export function functionSpellings(): readonly string[] {
	return ALL.filter(({ operator }) => !operator).flatMap(({ name, aliases }) => [name, ...aliases]);
}

/** The signature that takes arguments of just these types; the checker has made the arguments fit one. */
export function signatureFor(definition: FunctionDefinition, types: readonly DataType[]): Signature {
	const signature = definition.signatures.find((candidate) => takes(candidate, types));
	if (signature === undefined) throw new TypeError(`${definition.name} takes no arguments of types ${types.map(({ kind }) => kind).join(', ')}`);
	return signature;
}

function takes({ parameters, rest }: Signature, types: readonly DataType[]): boolean {
	if (rest === null && types.length > parameters.length) return false;
	if (types.length < parameters.filter(({ optional }) => !optional).length) return false;
	return types.every(({ kind }, index) => (parameters[index] ?? rest)?.kinds.includes(kind));
}
