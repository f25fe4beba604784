import type { Json } from '../../lib/json.ts';
import type { Edge, FlowType, Settings, VariableDefinition, WrappedComponent } from '../../model/package.ts';

/** Ids of the account that a template is filled with. */
export interface TemplateConnections {
	/** A connection to file storage. */
	readonly storage: number;
	readonly database: number;
	/** A package that a workflow runs. */
	readonly package: number;
}

/** A whole package to begin from. It validates as it is, and runs on the demo account's files or on its own sample rows. */
export interface PackageTemplate {
	readonly key: string;
	readonly title: string;
	/** What it does, and what to change in it. */
	readonly summary: string;
	/** `field_mapping`: the fields of one system's record brought into another's. */
	readonly kind: 'package' | 'field_mapping';
	/** `dataflow` unless given. */
	readonly flow_type?: FlowType;
	/** Connection types and systems it is about. */
	readonly systems: readonly string[];
	readonly variables?: Readonly<Record<string, VariableDefinition>>;
	readonly settings?: Settings;
	/** Sample rows for run_package, where a payload source begins it. */
	readonly payload?: readonly Readonly<Record<string, Json>>[];
	components(connections: TemplateConnections): readonly WrappedComponent[];
	readonly edges: readonly Edge[];
}

/** An edge from each component to the next. */
export function chain(...ids: readonly string[]): Edge[] {
	return ids.slice(1).map((target, i) => ({ source: ids[i] ?? '', target }));
}
