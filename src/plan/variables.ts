import { fromJsonValue } from '../data/json.ts';
import { expectation, parseDatetime, parseValue } from '../data/text.ts';
import { parseTypeName, typeName } from '../data/type-names.ts';
import type { DataType, Value } from '../data/types.ts';
import { nearest } from '../lib/nearest.ts';
import type { VariableDefinition } from '../model/package.ts';
import type { VariableValue } from '../model/run.ts';
import { boundValue } from './bound-value.ts';
import { evaluateText } from './constant.ts';
import type { FaultList } from './fault.ts';
import type { BoundVariable, VariableScope } from './fill.ts';
import { PREDEFINED, type PredefinedValues, type PredefinedVariable } from './predefined.ts';
import { quote } from './shape-words.ts';

/** Where values come from. `save`: a package is only checked, values that a run would give may be missing. */
export interface VariableInput {
	readonly purpose: 'save' | 'run';
	readonly declared: Readonly<Record<string, VariableDefinition>>;
	/** What the run gives instead of defaults. */
	readonly values: Readonly<Record<string, VariableValue>>;
	/** As `values`, as expressions evaluated here. */
	readonly dynamic: Readonly<Record<string, string>>;
	readonly predefined: PredefinedValues;
	/** Milliseconds since the epoch: what `CurrentTime()` in a default gives. */
	readonly now: number;
}

/** Every variable of a package, its value worked out once. */
export interface Variables extends VariableScope {
	/** The package's own, in the order declared. */
	readonly own: readonly BoundVariable[];
	/** Names whose value or type could not be worked out: faults have been told, what uses them is not looked at. */
	readonly broken: ReadonlySet<string>;
}

/** Works out every variable: values given by the run over defaults, default expressions in the order they need each other. */
export function resolveVariables(input: VariableInput, faults: FaultList): Variables {
	const resolver = new Resolver(input, faults);
	for (const name of [...Object.keys(input.values), ...Object.keys(input.dynamic)]) {
		if (Object.hasOwn(input.declared, name)) continue;
		const near = nearest(name, Object.keys(input.declared));
		const listed = Object.keys(input.declared).join(', ') || 'none';
		const hint = `${near === undefined ? '' : `did you mean ${near}? `}variables of the package: ${listed}`;
		faults.add({ code: 'variable', component: null, path: `variables.${name}`, message: `the package has no variable ${quote(name)}`, hint });
	}
	const own = Object.keys(input.declared).flatMap((name) => resolver.get(name) ?? []);
	return { own, names: () => resolver.names(), broken: resolver.broken, get: (name) => resolver.get(name) };
}

class Resolver implements VariableScope {
	readonly broken = new Set<string>();
	readonly #input: VariableInput;
	readonly #faults: FaultList;
	readonly #done = new Map<string, BoundVariable>();
	readonly #open: string[] = [];

	constructor(input: VariableInput, faults: FaultList) {
		this.#input = input;
		this.#faults = faults;
		for (const variable of PREDEFINED) this.#done.set(variable.name, predefinedValue(variable, input));
	}

	names(): readonly string[] {
		return [...Object.keys(this.#input.declared), ...PREDEFINED.map((variable) => variable.name)];
	}

	get(name: string): BoundVariable | undefined {
		const done = this.#done.get(name);
		if (done !== undefined) return done;
		const definition = Object.hasOwn(this.#input.declared, name) ? this.#input.declared[name] : undefined;
		if (definition === undefined) return undefined;
		if (this.#open.includes(name)) {
			const way = [...this.#open.slice(this.#open.indexOf(name)), name].map((n) => `$${n}`).join(' → ');
			return Object.hasOwn(this.#input.dynamic, name)
				? this.#break(name, '', `the expression needs its own value: ${way}`, 'what it gives stands instead of the default; name other variables in it')
				: this.#break(name, 'default.expression', `the defaults need each other: ${way}`, 'give one of them a plain value');
		}
		this.#open.push(name);
		const resolved = this.#resolve(name, whole(definition));
		this.#open.pop();
		// A cycle found on the way has already settled it.
		const settled = this.#done.get(name) ?? resolved;
		this.#done.set(name, settled);
		return settled;
	}

	#resolve(name: string, definition: WholeDefinition): BoundVariable {
		const declaredType = definition.type === undefined ? undefined : parseTypeName(definition.type);
		if (declaredType === null)
			return this.#break(name, 'type', `${quote(definition.type)} is not a type`, 'a scale is at most the precision: decimal(12,2)', definition.secret);
		const { values, dynamic } = this.#input;
		const secret = definition.secret ?? false;
		if (Object.hasOwn(dynamic, name)) return this.#expression(name, '', dynamic[name] ?? '', declaredType, secret);
		const fallback = definition.default;
		const isExpression = isExpressionDefault(fallback);
		if (Object.hasOwn(values, name)) {
			const value = values[name] ?? null;
			const type = declaredType ?? inferred(isExpression ? undefined : fallback) ?? inferred(value) ?? STRING;
			return this.#constant(name, '', value, type, definition);
		}
		if (fallback === undefined || (fallback === null && definition.required === true)) return this.#missing(name, declaredType ?? STRING, definition);
		if (isExpression) return this.#expression(name, 'default.expression', fallback.expression, declaredType, secret);
		return this.#constant(name, 'default', fallback, declaredType ?? inferred(fallback) ?? STRING, definition);
	}

	#missing(name: string, type: DataType, definition: WholeDefinition): BoundVariable {
		const run = this.#input.purpose === 'run';
		if (run && definition.required === true) {
			const why = definition.description === undefined ? '' : ` (${definition.description})`;
			return this.#break(name, '', `$${name} is required and the run gives no value`, `give it in variables: ${expectation(type)}${why}`, definition.secret);
		}
		return { name, type, value: null, secret: definition.secret ?? false, unset: !run };
	}

	#constant(name: string, at: string, json: PlainDefault, type: DataType, definition: WholeDefinition): BoundVariable {
		const value = readGiven(type, json);
		if (value === undefined || (value === null && definition.required === true && at === '')) {
			const shown = definition.secret === true ? 'the value' : quote(json);
			return this.#break(name, at, `${shown} is no ${typeName(type)} for $${name}`, `it must be ${expectation(type)}`, definition.secret);
		}
		const offset = type.kind === 'datetime' && typeof json === 'string' ? (parseDatetime(json)?.offset ?? 0) : 0;
		return { name, ...boundValue(type, value, offset), secret: definition.secret ?? false, unset: false };
	}

	#expression(name: string, at: string, text: string, type: DataType | undefined, secret: boolean): BoundVariable {
		const result = evaluateText(text, this, type, this.#input.now);
		if ('value' in result) return { name, type: result.type, value: result.value, secret: secret || result.secret, unset: false };
		// It needed itself, which has been told.
		const told = this.broken.has(name) ? this.#done.get(name) : undefined;
		if (told !== undefined) return told;
		// Its cause has been told where the other variable stands.
		if ([...this.broken].some((other) => other !== name && text.includes(other))) return this.#mark(name, type ?? STRING, secret);
		const [first, ...others] = result.problems;
		for (const problem of others) this.#fault(name, at, problem.message, problem.hint);
		return this.#break(name, at, first?.message ?? `$${name} has no value`, first?.hint ?? '', secret);
	}

	#break(name: string, at: string, message: string, hint: string, secret = false): BoundVariable {
		this.#fault(name, at, message, hint);
		return this.#mark(name, STRING, secret);
	}

	#mark(name: string, type: DataType, secret: boolean): BoundVariable {
		this.broken.add(name);
		const variable: BoundVariable = { name, type, value: null, secret, unset: true };
		this.#done.set(name, variable);
		return variable;
	}

	#fault(name: string, at: string, message: string, hint: string): void {
		this.#faults.add({ code: 'variable', component: null, path: `variables.${name}${at === '' ? '' : `.${at}`}`, message, hint });
	}
}

/** A text is the JSON of a variable of type json, as in a column; a number is text where that is wanted. */
function readGiven(type: DataType, json: PlainDefault): Value | undefined {
	if (typeof json === 'object' && json !== null) return type.kind === 'json' ? JSON.stringify(json) : undefined;
	if (typeof json === 'string' && type.kind === 'json') return parseValue(type, json);
	return typeof json === 'number' && type.kind === 'string' ? String(json) : fromJsonValue(type, json);
}

const STRING: DataType = { kind: 'string' };

export type WholeDefinition = Exclude<VariableDefinition, VariableValue>;
type Default = NonNullable<WholeDefinition['default']> | null;
type ExpressionDefault = { readonly expression: string };
type PlainDefault = Exclude<Default, ExpressionDefault>;

/** An object with an expression and nothing else is one, also of a variable of type json. */
export function isExpressionDefault(value: Default | undefined): value is ExpressionDefault {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
	return Object.keys(value).length === 1 && 'expression' in value && typeof value['expression'] === 'string';
}

/** The short spelling as the long one. */
function whole(definition: VariableDefinition): WholeDefinition {
	return definition !== null && typeof definition === 'object' ? definition : { default: definition };
}

/** The type a plain value speaks for: text, true or false, the narrowest number. */
export function inferred(value: PlainDefault | undefined): DataType | undefined {
	if (typeof value === 'object' && value !== null) return { kind: 'json' };
	if (typeof value === 'string') return STRING;
	if (typeof value === 'boolean') return { kind: 'boolean' };
	if (typeof value !== 'number') return undefined;
	if (!Number.isSafeInteger(value)) return { kind: 'double' };
	return { kind: Math.abs(value) <= 2_147_483_647 ? 'integer' : 'long' };
}

/** The variables that every run has, with the values of one. */
export function predefinedVariables(values: PredefinedValues): BoundVariable[] {
	return PREDEFINED.map((variable) => predefinedValue(variable, { purpose: 'run', predefined: values }));
}

function predefinedValue(variable: PredefinedVariable, input: Pick<VariableInput, 'purpose' | 'predefined'>): BoundVariable {
	const given = Object.hasOwn(input.predefined, variable.name) ? (input.predefined[variable.name] ?? null) : input.purpose === 'save' ? variable.sample : null;
	const value = fromJsonValue(variable.type, given) ?? null;
	return { name: variable.name, ...boundValue(variable.type, value), secret: false, unset: false };
}
