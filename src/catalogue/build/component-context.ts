import { typeName } from '../../data/type-names.ts';
import type { DataType, Field, Schema } from '../../data/types.ts';
import type { Expr } from '../../expression/ir.ts';
import type { Json } from '../../lib/json.ts';
import { nearest } from '../../lib/nearest.ts';
import { fillBody } from '../../plan/body.ts';
import type { BoundSql } from '../../plan/endpoints.ts';
import type { FaultCode, FaultList } from '../../plan/fault.ts';
import { type FillProblem, type FillUse, fillTemplate, unknownVariable, type VariableScope } from '../../plan/fill.ts';
import { joinPath, quote } from '../../plan/shape-words.ts';
import { bindSql } from '../../plan/sql-text.ts';
import type { ConnectionKind, KnownConnection, KnownPackage, LowerContext } from '../component.ts';
import { checkText, parseText } from './expression-text.ts';
import type { RawComponent } from './read-components.ts';

/** What one component is lowered in. */
export interface Surroundings {
	readonly component: RawComponent;
	readonly inputs: readonly Schema[];
	readonly known: boolean;
	readonly discovered: Schema | null;
	readonly scope: VariableScope;
	/** Variables that are at fault themselves: what uses them is not looked at. */
	readonly broken: ReadonlySet<string>;
	readonly connections: readonly KnownConnection[];
	readonly packages?: ReadonlyMap<number, KnownPackage> | undefined;
	readonly faults: FaultList;
	readonly warnings: FaultList;
}

/** The faces `LowerContext` and `TaskContext` of a validation: every problem becomes a fault with the component's name and whole path. */
export class ComponentContext implements LowerContext {
	readonly inputs: readonly Schema[];
	readonly known: boolean;
	readonly discovered: Schema | null;
	/** Connections that were asked for and found. */
	readonly used: KnownConnection[] = [];
	/** Faults told, those kept back included. */
	count = 0;
	readonly #around: Surroundings;

	constructor(around: Surroundings) {
		this.#around = around;
		this.inputs = around.inputs;
		this.known = around.known;
		this.discovered = around.discovered;
	}

	fault(path: string, message: string, hint: string, code: FaultCode = 'configuration'): void {
		this.count += 1;
		if (code === 'columns' && !this.known) return;
		// What was left out for being wrong would be missed.
		if (code === 'configuration' && !this.#around.component.intact) return;
		this.#around.faults.add({ code, ...this.#place(path), message, hint });
	}

	warn(path: string, message: string, hint: string): void {
		this.#around.warnings.add({ code: 'configuration', ...this.#place(path), message, hint });
	}

	#place(path: string) {
		const { component } = this.#around;
		return { component: component.name === '' ? component.id : component.name, path: joinPath(component.path, path) };
	}

	connection(id: number, path: string, kind: ConnectionKind): KnownConnection | null {
		const { connections, component } = this.#around;
		const alias = component.found?.alias;
		const required = alias?.connectionType;
		const fits = (connection: KnownConnection) => connection.kind === kind && (required === undefined || connection.type === required);
		const wanted = required === undefined ? KIND_WORDS[kind] : `of type ${required}`;
		const found = connections.find((connection) => connection.id === id);
		if (found !== undefined && fits(found)) {
			this.used.push(found);
			return found;
		}
		const fitting = connections.filter(fits).slice(0, 10);
		const listed = fitting.map((connection) => `${connection.id} (${connection.name})`).join(', ');
		const none =
			alias?.reached === false
				? `no connection of type ${required} can be made here; where its data is on another system, use ${alias.base} over a connection to that`
				: `there is no connection ${wanted} in this account; list_connections shows them all`;
		const hint = fitting.length === 0 ? none : `connections ${wanted}: ${listed}`;
		const message =
			found === undefined ? `there is no connection ${id}` : `connection ${id} (${found.name}) is of type ${found.type}; this needs one ${wanted}`;
		this.fault(path, message, hint, 'connection');
		return null;
	}

	package(id: number, path: string): KnownPackage | 'unknown' | null {
		const { packages } = this.#around;
		if (packages === undefined) return 'unknown';
		const found = packages.get(id);
		if (found === undefined) this.fault(path, `there is no package ${id}`, 'list_packages shows the packages there are', 'package');
		else if (found.status === 'archived')
			this.fault(path, `package ${id} (${found.name}) is archived`, 'archived packages are not run; list_packages shows active ones', 'package');
		else if (found.circle !== null)
			this.fault(
				path,
				`the package would run itself: ${found.circle.join(' → ')} → ${id}`,
				'a package cannot run itself, neither directly nor through others',
				'package',
			);
		else return found;
		return null;
	}

	expression(text: string, path: string, schema: Schema, expect?: DataType['kind']): Expr | null {
		const { scope, broken } = this.#around;
		const parsed = parseText(text);
		if ('problems' in parsed) return this.#tell(parsed.problems, path, 'expression');
		const unknown = parsed.variables.filter((name) => scope.get(name) === undefined);
		if (!this.known || namesAny(text, broken)) {
			this.count += 1;
			return this.#tell(
				unknown.map((name) => unknownVariable(name, scope)),
				path,
				'variable',
			);
		}
		const checked = checkText(text, schema, scope, expect);
		return 'expr' in checked ? checked.expr : this.#tell(checked.problems, path, 'expression');
	}

	fill(template: string, path: string, use: FillUse): string | null {
		const filled = fillTemplate(template, use, this.#around.scope);
		return 'text' in filled ? filled.text : this.#tell(filled.problems, path, 'variable');
	}

	body(value: Json, path: string): string | null {
		const filled = fillBody(value, this.#around.scope);
		return 'text' in filled ? filled.text : this.#tell(filled.problems, path, 'variable');
	}

	sql(text: string, path: string): BoundSql | null {
		const bound = bindSql(text, this.#around.scope);
		return 'sql' in bound ? bound : this.#tell(bound.problems, path, 'variable');
	}

	variable(name: string, path: string): DataType | null {
		const variable = this.#around.scope.get(name);
		if (variable !== undefined) return variable.type;
		const { message, hint } = unknownVariable(name, this.#around.scope);
		this.fault(path, message, `${hint}; declare it: "variables": {${JSON.stringify(name)}: {"type": "json"}}`, 'variable');
		return null;
	}

	column(name: string, path: string, schema: Schema): Field | null {
		const field = byName(schema).get(name);
		if (field !== undefined) return field;
		const names = schema.map((candidate) => candidate.name);
		const near = nearest(name, names);
		const listed = schema.slice(0, 30).map((candidate) => `${candidate.name} ${typeName(candidate.type)}`);
		const more = schema.length > listed.length ? ` and ${schema.length - listed.length} more` : '';
		this.fault(
			path,
			`there is no column ${quote(name)}`,
			`${near === undefined ? '' : `did you mean ${near}? `}columns here: ${listed.join(', ')}${more}`,
			'columns',
		);
		return null;
	}

	#tell(problems: readonly FillProblem[], path: string, code: FaultCode): null {
		for (const { message, hint } of problems) this.fault(path, message, hint, code);
		return null;
	}
}

/** Whether a text names one of the variables, outside texts or inside them. */
function namesAny(text: string, names: ReadonlySet<string>): boolean {
	return names.size > 0 && [...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].some((match) => names.has(match[1] ?? ''));
}

/** Wide inputs are looked into once a column that is written: 10,000 columns by 10,000 must not be 10^8 steps. */
const indexes = new WeakMap<Schema, ReadonlyMap<string, Field>>();

function byName(schema: Schema): ReadonlyMap<string, Field> {
	let index = indexes.get(schema);
	if (index === undefined) {
		index = new Map(schema.map((field) => [field.name, field]));
		indexes.set(schema, index);
	}
	return index;
}

const KIND_WORDS: Readonly<Record<ConnectionKind, string>> = { files: 'for file storage', tables: 'to a database', http: 'to an HTTP API' };
