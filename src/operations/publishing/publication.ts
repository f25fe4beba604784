import { parseTypeName, typeName } from '../../data/type-names.ts';
import type { DataType } from '../../data/types.ts';
import type { VariableDefinition } from '../../model/package.ts';
import { inferred, isExpressionDefault, type WholeDefinition } from '../../plan/variables.ts';
import type { PublishedToolRow } from '../../store/published-tools.ts';

/** Begins every published tool's name and no built-in one's. */
export const PUBLISHED_PREFIX = 'pkg_';
export const LONGEST_TOOL_NAME = 48;
/** Arguments that every published tool takes for itself: a variable of that name cannot be one. */
export const OWN_ARGUMENTS: ReadonlySet<string> = new Set(['payload', 'wait_seconds', 'idempotency_key']);
/** An account's published tools stand in every tools/list: past this many the list would eat the reader's context. */
export const MOST_PUBLISHED = 40;
export const MOST_ARGUMENTS = 30;

const NAME_SHOWN = 100;
const DESCRIPTION_SHOWN = 600;
const ARGUMENT_DESCRIPTION_SHOWN = 160;

/** A variable as an argument of the tool. */
export interface PublishedArgument {
	readonly name: string;
	/** One word of JSON Schema: providers take no lists of types. */
	readonly kind: 'string' | 'integer' | 'number' | 'boolean';
	readonly required: boolean;
	readonly description: string;
}

/** A package as a tool. */
export interface Publication {
	readonly tool: string;
	readonly packageId: number;
	readonly version: number;
	readonly title: string;
	readonly description: string;
	readonly arguments: readonly PublishedArgument[];
	readonly takesPayload: boolean;
}

export type PublicationSource = Omit<PublishedToolRow, 'permission'>;

/**
 * The tool a package is. What its author wrote is put on one line and cut: it stands among the texts that every assistant of the
 * account reads, and whoever may write the package writes it.
 */
export function publicationOf(source: PublicationSource): Publication {
	const about = oneLine(source.description || source.packageDescription, DESCRIPTION_SHOWN);
	const name = oneLine(source.packageName, NAME_SHOWN);
	return {
		tool: source.tool,
		packageId: source.packageId,
		version: source.version,
		title: name,
		description: `Runs package ${source.packageId} (${JSON.stringify(name)}).${about === '' ? '' : ` ${about}`} Returns run_id; with wait_seconds also outputs or errors.`,
		arguments: exposed(source.variables, source.arguments).slice(0, MOST_ARGUMENTS).map(argumentOf),
		takesPayload: source.takesPayload,
	};
}

/** The variables that may be arguments: named or all, never secret ones, none that a tool takes for itself. */
export function exposed(variables: PublicationSource['variables'], chosen: readonly string[] | null): [string, VariableDefinition][] {
	return Object.entries(variables).filter(
		// Names that every object answers to cannot be told from arguments that were not given.
		([name, definition]) => !isSecret(definition) && !OWN_ARGUMENTS.has(name) && !(name in Object.prototype) && (chosen === null || chosen.includes(name)),
	);
}

export function isSecret(definition: VariableDefinition | undefined): boolean {
	return definition !== null && typeof definition === 'object' && definition.secret === true;
}

const KINDS: Partial<Record<DataType['kind'], PublishedArgument['kind']>> = {
	boolean: 'boolean',
	integer: 'integer',
	long: 'integer',
	float: 'number',
	double: 'number',
	decimal: 'number',
};

function argumentOf([name, definition]: [string, VariableDefinition]): PublishedArgument {
	const whole = definition !== null && typeof definition === 'object' ? definition : { default: definition };
	const fallback = whole.default;
	const plain = isExpressionDefault(fallback) ? undefined : fallback;
	const type = (whole.type === undefined ? inferred(plain) : parseTypeName(whole.type)) ?? { kind: 'string' as const };
	const required = whole.required === true && (fallback === undefined || fallback === null);
	const about = oneLine(whole.description ?? '', ARGUMENT_DESCRIPTION_SHOWN);
	const words = [about, typeWords(type), required ? '' : defaultWords(fallback)].filter((word) => word !== '').map(asSentence);
	return { name, kind: KINDS[type.kind] ?? 'string', required, description: words.join(' ') };
}

function typeWords(type: DataType): string {
	const examples: Partial<Record<DataType['kind'], string>> = {
		date: ', e.g. 2026-01-31',
		datetime: ', e.g. 2026-01-31T08:00:00Z',
		binary: ' in base64',
		json: ' text',
	};
	return `Type: ${typeName(type)}${examples[type.kind] ?? ''}`;
}

function defaultWords(fallback: WholeDefinition['default']): string {
	if (fallback === undefined || fallback === null) return 'Null unless given';
	if (isExpressionDefault(fallback)) return 'Worked out when the run starts unless given';
	return `${oneLine(JSON.stringify(fallback), 60)} unless given`;
}

function asSentence(text: string): string {
	return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function oneLine(text: string, most: number): string {
	const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
	return line.length <= most ? line : `${line.slice(0, most - 1).toWellFormed()}…`;
}
