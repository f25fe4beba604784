import * as z from 'zod';
import { CONNECTORS, findConnector } from '../../connectors/index.ts';

/** One setting or credential of a connection type, as a form asks for it. */
export interface ConnectionField {
	readonly name: string;
	readonly description: string;
	/** `pairs` is an object of texts, `lines` a list of texts, `secret` a credential. */
	readonly kind: 'text' | 'url' | 'number' | 'flag' | 'choice' | 'pairs' | 'lines' | 'secret';
	readonly required: boolean;
	/** What holds where nothing is given; null where nothing does. */
	readonly default: unknown;
	/** Of a choice. */
	readonly options: readonly string[];
	readonly min: number | null;
	readonly max: number | null;
	/** An empty text is a value of it, as the password of a server that asks for none is. */
	readonly may_be_empty: boolean;
	/** The value may have several lines, as a private key has. */
	readonly multiline: boolean;
	/** Most connections leave it as it is. */
	readonly advanced: boolean;
	/** Changing it asks for the credentials again. */
	readonly guards_credentials: boolean;
}

export interface ConnectionType {
	readonly type: string;
	readonly title: string;
	readonly fields: readonly ConnectionField[];
}

/** Every type that needs to be told something; the embedded systems are there from the beginning. */
export function connectionTypes(): ConnectionType[] {
	return CONNECTORS.map(({ type }) => connectionType(type)).filter(({ fields }) => fields.length > 0);
}

/** What a type asks for, from the schemas that also check it: settings first, credentials behind them. Unknown types are `invalid_input`. */
export function connectionType(type: string): ConnectionType {
	const { title, config, secrets, credentialSettings } = findConnector(type);
	const settings = fieldsOf(config, (name) => credentialSettings.includes(name));
	const credentials = fieldsOf(secrets, () => false).map((field) => ({ ...field, kind: 'secret' as const }));
	return { type, title, fields: [...settings, ...credentials] };
}

interface JsonField {
	readonly type?: string;
	readonly format?: string;
	readonly description?: string;
	readonly default?: unknown;
	readonly enum?: readonly string[];
	readonly minimum?: number;
	readonly maximum?: number;
	readonly minLength?: number;
	readonly multiline?: boolean;
	readonly advanced?: boolean;
}

function fieldsOf(schema: z.ZodObject, guards: (name: string) => boolean): ConnectionField[] {
	const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as {
		properties?: Record<string, JsonField>;
		required?: readonly string[];
	};
	return Object.entries(properties).map(([name, field]) => ({
		name,
		description: field.description ?? '',
		kind: kindOf(field),
		required: required.includes(name),
		default: field.default ?? null,
		options: field.enum ?? [],
		min: field.minimum ?? null,
		max: field.maximum ?? null,
		may_be_empty: field.type === 'string' && field.enum === undefined && (field.minLength ?? 0) === 0,
		multiline: field.multiline === true,
		advanced: field.advanced === true,
		guards_credentials: guards(name),
	}));
}

function kindOf({ type, format, enum: options }: JsonField): ConnectionField['kind'] {
	if (options !== undefined) return 'choice';
	if (type === 'integer' || type === 'number') return 'number';
	if (type === 'boolean') return 'flag';
	if (type === 'object') return 'pairs';
	if (type === 'array') return 'lines';
	return format === 'uri' ? 'url' : 'text';
}
