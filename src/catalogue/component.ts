import type * as z from 'zod';
import type { DataType, Field, Schema } from '../data/types.ts';
import type { Expr } from '../expression/ir.ts';
import type { Json } from '../lib/json.ts';
import type { BoundSql, Source } from '../plan/endpoints.ts';
import type { FaultCode } from '../plan/fault.ts';
import type { FillUse } from '../plan/fill.ts';
import type { InPort } from '../plan/graph.ts';
import type { Operator } from '../plan/operators.ts';
import type { OutPort } from '../plan/plan.ts';
import type { Task } from '../plan/workflow.ts';

/**
 * One thing a package may be made of: configuration + documentation + examples + `lower`. It executes nothing.
 * The zod definition is the published schema, the validator and `describe_component_type` at once; every field is described.
 */
export interface ComponentDefinition<Config extends z.ZodObject = z.ZodObject> extends Documented<Config> {
	readonly category: 'source' | 'transformation' | 'destination';
	readonly inputs: { readonly min: number; readonly max: number; readonly ports: readonly InPort[] };
	/** `dead_letter` where a row can fail in it, `rejected` for a filter. A destination has no `out`. */
	readonly outputs: readonly OutPort[];
	/** A row that fails has no one field that failed, so `null_field` is not among its `on_error`. */
	readonly failsWhole?: true;
	readonly examples: readonly ComponentExample[];
	/** Sources only: what to look at when `fields` is left out. Null where nothing need be discovered. */
	probe?(config: z.output<Config>, context: LowerContext): Source | null;
	/** Reports faults through the context and gives null when there are any. */
	lower(config: z.output<Config>, context: LowerContext): Lowered | null;
}

/** A step of a workflow. */
export interface TaskDefinition<Config extends z.ZodObject = z.ZodObject> extends Documented<Config> {
	readonly category: 'task';
	readonly examples: readonly TaskExample[];
	lower(config: z.output<Config>, context: TaskContext): Task | null;
}

export type AnyDefinition = ComponentDefinition | TaskDefinition;

interface Documented<Config extends z.ZodObject> {
	/** The wrapper key, e.g. `select_component`. */
	readonly key: string;
	readonly name: string;
	/** One sentence: what it does. */
	readonly summary: string;
	/** A few more: when to use it, what to know. */
	readonly docs: string;
	/** Its own fields; `id`, `name`, `on_error`, `notes` are everybody's and added by the registry. Strict: unknown keys are refused. */
	readonly config: Config;
}

export interface Lowered {
	readonly operator: Operator;
	readonly output: Schema;
}

/** Rows in, rows out: documentation, `describe_component_type` answer and test at once. Values in the JSON spelling of their types. */
export interface ComponentExample {
	readonly title: string;
	readonly config: Readonly<Record<string, unknown>>;
	/** One table an input, in port order. */
	readonly given: readonly ExampleTable[];
	/** What the outside holds before the run. */
	readonly outside?: ExampleOutside;
	/** Variables the configuration uses, as a package would declare them. */
	readonly variables?: Readonly<Record<string, string | number | boolean | null>>;
	/** Per port; `written` is what a destination's target holds afterwards. Missing where the example only documents. */
	readonly then?: Readonly<Partial<Record<OutPort | 'written', ExampleTable>>>;
	/** False: rows may come out in any order. */
	readonly ordered?: boolean;
}

/** `file`: the text of the file at the configured path; `table`: rows of the configured table, or of the target; `answers`: bodies an API gives in turn; `payload`: rows handed to the run. */
export interface ExampleOutside {
	readonly file?: string;
	readonly table?: ExampleTable;
	readonly answers?: readonly Json[];
	readonly payload?: readonly Readonly<Record<string, Json>>[];
}

export interface ExampleTable {
	readonly schema: Readonly<Record<string, string>>;
	readonly rows: readonly (readonly unknown[])[];
}

export interface TaskExample {
	readonly title: string;
	readonly config: Readonly<Record<string, unknown>>;
	readonly variables?: Readonly<Record<string, string | number | boolean | null>>;
}

/** A connection of the account, as far as a package needs to know it. `kind` is what its connector opens. */
export interface KnownConnection {
	readonly id: number;
	readonly name: string;
	/** Its connector: `r2`, `sqlite`, `postgresql` … */
	readonly type: string;
	readonly kind: ConnectionKind;
}

/** A package of the account that a workflow may run. */
export interface KnownPackage {
	readonly id: number;
	readonly name: string;
	readonly status: 'active' | 'archived';
	readonly variables: readonly string[];
	/** Variables that a run has to give. */
	readonly required: readonly string[];
	/** Ids from it back to the workflow that is looked at; null where it does not lead there. */
	readonly circle: readonly number[] | null;
}

export type ConnectionKind = 'files' | 'tables' | 'http';

/** What components and tasks may ask while they lower. Paths are inside the component: `columns[0].expression`. */
export interface TaskContext {
	/** The text's faults are told; `configuration` unless another code is given. */
	fault(path: string, message: string, hint: string, code?: FaultCode): void;
	/** The package works, but probably not as meant. */
	warn(path: string, message: string, hint: string): void;
	/** The connection of that id and kind, or null after a fault that names those there are. */
	connection(id: number, path: string, kind: ConnectionKind): KnownConnection | null;
	/** Fills `$variables` into a text; null after faults. */
	fill(template: string, path: string, use: FillUse): string | null;
	/** A request's body: a text, or a JSON value in whose strings variables are filled. */
	body(value: Json, path: string): string | null;
	/** The database's own SQL: each `$variable` becomes a bound `?`, also inside quotes. */
	sql(text: string, path: string): BoundSql | null;
	/** The package of that id, or null after a fault; `unknown` where nobody looked. */
	package(id: number, path: string): KnownPackage | 'unknown' | null;
	/** The declared type of a variable, or null after a fault. */
	variable(name: string, path: string): DataType | null;
}

export interface LowerContext extends TaskContext {
	/** In port order (`left`, `right`) or edge order. */
	readonly inputs: readonly Schema[];
	/** False: the columns of an input are not known (its component is at fault): faults of code `columns` are then not told. */
	readonly known: boolean;
	/** What discovery found, for components whose columns cannot be read off their configuration. */
	readonly discovered: Schema | null;
	/** Parses and checks an expression over `schema`; null after reporting faults. `expect` is the kind the place needs. */
	expression(text: string, path: string, schema: Schema, expect?: DataType['kind']): Expr | null;
	/** The column of that name, or null after reporting a fault that names the nearest. */
	column(name: string, path: string, schema: Schema): Field | null;
}

/** Keeps the type of the configuration in `lower` while fitting the definition into the registry's list. */
export function defineComponent<Config extends z.ZodObject>(definition: ComponentDefinition<Config>): ComponentDefinition<Config> {
	return definition;
}

export function defineTask<Config extends z.ZodObject>(definition: TaskDefinition<Config>): TaskDefinition<Config> {
	return definition;
}
