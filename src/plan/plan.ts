import type { Schema } from '../data/types.ts';
import type { Operator } from './operators.ts';

/**
 * What is to be done, logically: the waist of the house. Components lower to it, validation reads it, the engine executes it,
 * emitters print it. Plain JSON: a run freezes its plan.
 */
export interface Plan {
	/** Topologically ordered: every input names an earlier node. */
	readonly nodes: readonly PlanNode[];
	readonly settings: RunSettings;
}

export interface PlanNode {
	/** The component's id: every component lowers to exactly one operator. */
	readonly id: string;
	readonly component: ComponentRef;
	readonly operator: Operator;
	readonly inputs: readonly NodeInput[];
	/** Columns on the `out` port. A sink's is what it accepted from its input. */
	readonly output: Schema;
	readonly onError: OnError;
}

export interface ComponentRef {
	readonly id: string;
	readonly name: string;
	/** Wrapper key, e.g. `select_component`. */
	readonly type: string;
}

export interface NodeInput {
	readonly node: string;
	readonly port: OutPort;
}

/** `rejected`: rows a filter's condition was false or null for. `dead_letter`: rows that failed, see `deadLetterSchema`. */
export type OutPort = 'out' | 'rejected' | 'dead_letter';

export type OnError = 'fail' | 'skip' | 'null_field' | 'dead_letter';

export interface RunSettings {
	/** Bad rows a run may have before it fails: a count, or a fraction 0..1 of a component's input. Null: no bound. */
	readonly maxErrors: { readonly count: number } | { readonly fraction: number } | null;
	readonly timeoutMinutes: number | null;
	readonly contracts: { readonly columns: ContractMode; readonly dataType: ContractMode };
}

export type ContractMode = 'evolve' | 'freeze' | 'discard_row' | 'discard_value';
