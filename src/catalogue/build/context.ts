import type { Schema } from '../../data/types.ts';
import type { VariableValue } from '../../model/run.ts';
import type { PredefinedValues } from '../../plan/predefined.ts';
import type { KnownConnection, KnownPackage } from '../component.ts';

/** What the validator has to know of the world around a package. */
export interface BuildContext {
	/**
	 * `save`: create, update and validate; what only a run knows may be missing. `run`: every required variable has its value and
	 * every source its columns.
	 */
	readonly purpose: 'save' | 'run';
	/** All connections that the account may use. */
	readonly connections: readonly KnownConnection[];
	/** The packages that the workflow runs, by id; left out where nobody looked. */
	readonly packages?: ReadonlyMap<number, KnownPackage>;
	/** Columns found at the sources that `probes` named, by component id. */
	readonly discovered?: ReadonlyMap<string, Discovery>;
	/** Values of the run, by variable. */
	readonly values?: Readonly<Record<string, VariableValue>>;
	/** Expressions of the run, by variable, evaluated here. */
	readonly dynamic?: Readonly<Record<string, string>>;
	/** Values of predefined variables; samples stand in while a package is only checked. */
	readonly predefined?: PredefinedValues;
	/** Milliseconds since the epoch: the moment of submission. */
	readonly now: number;
}

/** The columns found, or why they could not be found out. */
export type Discovery = Schema | { readonly message: string; readonly hint: string };

export function isSchema(discovery: Discovery): discovery is Schema {
	return Array.isArray(discovery);
}
