import { typeName } from '../../data/type-names.ts';
import type { DataType, Field, Schema } from '../../data/types.ts';
import { excerpt, faultAt, type Span } from '../fault.ts';
import type { Expr, ExpressionFault } from '../ir.ts';
import { schemaIndex } from '../schema-index.ts';
import type { VariableLookup } from '../variables.ts';

/** What an expression is checked against. */
export interface CheckEnvironment {
	readonly schema: Schema;
	readonly variables: VariableLookup;
	/** The kind of type the place needs: boolean for a filter. */
	readonly expect?: DataType['kind'];
}

/** A sub-expression with its type, while what stands around it may still decide on it. */
export interface Checked {
	readonly expr: Expr;
	readonly span: Span;
	/** The bare word null: it takes whatever type is wanted. */
	readonly untypedNull?: boolean;
	/** A variable alone in quotes, as text: it may be that where text is wanted. */
	readonly quoted?: string;
}

/** One check: faults are collected and checking goes on wherever it can. */
export class CheckContext {
	readonly faults: ExpressionFault[] = [];
	readonly environment: CheckEnvironment;
	private readonly source: string;

	constructor(source: string, environment: CheckEnvironment) {
		this.source = source;
		this.environment = environment;
	}

	field(name: string): Field | undefined {
		const position = schemaIndex(this.environment.schema).get(name);
		return position === undefined ? undefined : this.environment.schema[position];
	}

	/** Records a fault; returns null, for what could not be checked. */
	fault(span: Span, message: string, hint: string): null {
		this.faults.push(faultAt(this.source, span, message, hint));
		return null;
	}

	/** What is written there, short. */
	written(span: Span): string {
		return excerpt(this.source.slice(span.offset, span.offset + span.length));
	}

	/** `price is a decimal(10,2)` */
	described(checked: Checked): string {
		return `${this.written(checked.span)} is ${articled(checked.expr.type)}`;
	}
}

/** `an integer`, `a string` */
export function articled(type: DataType): string {
	const name = typeName(type);
	return `${/^[aei]/.test(name) ? 'an' : 'a'} ${name}`;
}
