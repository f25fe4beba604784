/**
 * One thing wrong with a package, told so that a person or a model can repair it. `path` is a JSON path from the package
 * (`components[2].select_component.columns[0].expression`); `component` is the component's name where there is one.
 * A warning has the same shape: the package works, but probably not as meant.
 */
export interface Fault {
	readonly code: FaultCode;
	readonly component: string | null;
	readonly path: string;
	readonly message: string;
	readonly hint: string;
}

/**
 * Stable words a program may branch on.
 *
 * `shape` a value of the wrong JSON type, a value out of its range or not of its list, something missing · `unknown_key` ·
 * `unknown_component` no such component type · `duplicate_name` · `duplicate_id` · `edge` an edge that leads nowhere, twice to the
 * same place, or between ports that do not exist · `arity` too few or too many inputs · `cycle` · `flow_type` a task in a dataflow or
 * the other way round · `configuration` fields of one component that do not go together · `columns` a column that is not there, is
 * there twice or has the wrong type · `expression` · `connection` unknown, or of the wrong kind · `package` one that a workflow cannot run · `variable` · `discovery` the
 * columns of a source could not be found out · `unused` rows that go nowhere, settings without effect · `limit` a stated bound.
 */
export type FaultCode =
	| 'shape'
	| 'unknown_key'
	| 'unknown_component'
	| 'duplicate_name'
	| 'duplicate_id'
	| 'edge'
	| 'arity'
	| 'cycle'
	| 'flow_type'
	| 'configuration'
	| 'columns'
	| 'expression'
	| 'connection'
	| 'package'
	| 'variable'
	| 'discovery'
	| 'unused'
	| 'limit';

/** Collects faults: the one list of a validation. Faults past the bound are counted, not kept. */
export class FaultList {
	readonly #kept: Fault[] = [];
	#dropped = 0;

	add(fault: Fault): void {
		if (this.#kept.length < MAX_FAULTS) this.#kept.push(fault);
		else this.#dropped += 1;
	}

	get size(): number {
		return this.#kept.length + this.#dropped;
	}

	/** In the order found; the last one says how many more there were. */
	list(): readonly Fault[] {
		if (this.#dropped === 0) return this.#kept;
		const message = `${this.#dropped} more faults are not shown`;
		return [...this.#kept, { code: 'limit', component: null, path: '', message, hint: 'repair the ones above and validate again' }];
	}
}

/** A package of 500 components with a slip in each is still told whole; a hostile one does not fill the memory. */
const MAX_FAULTS = 1000;
