import * as z from 'zod';
import { functionReference } from '../expression/reference.ts';
import { AppError } from '../lib/errors.ts';
import { ALIASES } from './aliases.ts';
import { compactSchema, type SchemaNode } from './compact-schema.ts';
import type { AnyDefinition } from './component.ts';
import { type Category, componentHint } from './component-hint.ts';
import { COMPONENTS, type FoundComponent, findComponent } from './index.ts';
import { wholeConfig } from './whole-config.ts';

/** A line of list_component_types. */
export interface ComponentSummary {
	readonly name: string;
	readonly category: Category;
	readonly class_name: string;
	/** One sentence: what it does. */
	readonly docs: string;
	/** The key of the wrapper object in a package. */
	readonly wrapper_key: string;
	readonly specific_component_type: string;
	/** Wrapper keys of vendors: the same component over a connection of that vendor. */
	readonly aliases: readonly string[];
}

/** Everything about one component. */
export interface ComponentDescription extends Omit<ComponentSummary, 'aliases'> {
	/** By field: JSON Schema with description and default; `required` repeats whether it is. */
	readonly properties: Readonly<Record<string, SchemaNode>>;
	readonly required: readonly string[];
	/** For an alias: the component it stands for, and the type its connection must have. */
	readonly alias_of: string | null;
	readonly connection_type: string | null;
	readonly input_ports: readonly string[];
	readonly output_ports: readonly string[];
	/** The first example, without its wrapper. */
	readonly example: Readonly<Record<string, unknown>>;
	/** The first example inside its wrapper: ready to be put into a package. */
	readonly wrapper_example: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
	readonly examples: readonly DescribedExample[];
	/** For components that take expressions: what they are, and the functions they may call. */
	readonly expressions: string | null;
}

export interface DescribedExample {
	readonly title: string;
	readonly config: Readonly<Record<string, unknown>>;
	/** Rows in, per input; rows out, per port. Absent for tasks. */
	readonly given?: unknown;
	readonly outside?: unknown;
	readonly then?: unknown;
}

/** All component types of the catalogue, or those of a category; names of vendors that can be reached stand beside what they are aliases of. */
export function listComponents(category?: Category): ComponentSummary[] {
	return COMPONENTS.filter((definition) => category === undefined || definition.category === category).map((definition) => ({
		...summary(definition.key, definition.name, definition),
		aliases: ALIASES.filter((alias) => alias.base === definition.key && alias.reached).map((alias) => alias.key),
	}));
}

/** One component type by wrapper key, `_component` may be left out. Throws `not_found` with the nearest. */
export function describeComponent(key: string): ComponentDescription {
	const found = findComponent(key) ?? findComponent(`${key}_component`);
	if (found === undefined) throw unknownComponent(key);
	const { definition, alias } = found;
	const properties = describeProperties(definition);
	const required = Object.entries(wholeConfig(definition).shape).flatMap(([name, schema]) => (z.safeParse(schema, undefined).success ? [] : [name]));
	const wrapperKey = alias?.key ?? definition.key;
	const example = { name: 'example', ...definition.examples[0]?.config };
	const isTask = definition.category === 'task';
	return {
		...summary(wrapperKey, alias?.title ?? definition.name, definition),
		docs: `${definition.summary} ${definition.docs}`,
		properties,
		required,
		alias_of: alias?.base ?? null,
		connection_type: alias?.connectionType ?? null,
		input_ports: isTask ? [] : definition.inputs.ports,
		output_ports: isTask ? [] : definition.outputs,
		example,
		wrapper_example: { [wrapperKey]: example },
		examples: definition.examples.map(({ title, config, ...rest }) => ({ title, config, ...rest })),
		expressions: takesExpressions(properties) ? `${GRAMMAR} Functions: ${functionNames()}.` : null,
	};
}

const GRAMMAR =
	"SQL scalar expressions over the columns: 'text', \"odd column\", $variable, + - * / % ||, = <> < <= > >=, and or not, is null, in, between, like, matches 'regex' (whole text), case when, cast(x as long), try_cast, cond ? a : b. Types do not mix silently.";

function takesExpressions(properties: Readonly<Record<string, SchemaNode>>): boolean {
	return /\bexpression\b/i.test(JSON.stringify(properties));
}

function functionNames(): string {
	return functionReference()
		.flatMap((entry) => (entry.operator ? [] : [entry.name]))
		.join(', ');
}

/** `not_found`, with the nearest type and how to see them all. */
export function unknownComponent(key: string): AppError {
	return new AppError('not_found', `there is no component type ${JSON.stringify(key.slice(0, 100))}`, { hint: componentHint(key) });
}

function summary(key: string, name: string, definition: AnyDefinition): Omit<ComponentSummary, 'aliases'> {
	return {
		name,
		category: definition.category,
		class_name: className(key),
		docs: definition.summary,
		wrapper_key: key,
		specific_component_type: key.replace(/_component$/, ''),
	};
}

/** `SelectComponent` */
function className(key: string): string {
	return key.replaceAll(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

const described = new Map<FoundComponent['definition'], Record<string, SchemaNode>>();

/** Converted once an isolate: it took a fifth of a call. */
function describeProperties(definition: FoundComponent['definition']): Record<string, SchemaNode> {
	const known = described.get(definition);
	if (known !== undefined) return known;
	const properties = compactSchema(wholeConfig(definition)).properties ?? {};
	described.set(definition, properties);
	return properties;
}
