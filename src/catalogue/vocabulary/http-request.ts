import * as z from 'zod';
import type { Json } from '../../lib/json.ts';
import type { FillUse } from '../../plan/fill.ts';
import { leavesFolder } from '../../plan/fill.ts';
import type { TaskContext } from '../component.ts';

export const httpPath = z.string().max(2000).default('').describe('Path below the address of the connection, never a full URL; may hold variables.');
export const httpHeaders = z
	.record(z.string(), z.string().max(8000))
	.default({})
	.describe('Headers beside those of the connection; values may hold variables.');
export const httpQuery = z.record(z.string(), z.string().max(8000)).default({}).describe('Query parameters; values may hold variables.');
export const httpBody = z.unknown().optional().describe('A text, sent as it is, or a JSON value; variables inside its strings are filled.');

/** These are the connection's or the transport's to set; a credential in a package would be stored and shown. */
const RESERVED: Readonly<Record<string, string>> = {
	authorization: 'credentials belong to the connection',
	'proxy-authorization': 'credentials belong to the connection',
	cookie: 'credentials belong to the connection',
	host: 'the connection sets it',
	'content-length': 'it is set when the request is sent',
	'transfer-encoding': 'it is set when the request is sent',
	connection: 'it is set when the request is sent',
};

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Checks and fills headers; names come out in lower case. Null after faults. */
export function readHeaders(headers: Readonly<Record<string, string>>, context: TaskContext): Record<string, string> | null {
	const filled: Record<string, string> = {};
	let sound = true;
	for (const [given, template] of Object.entries(headers)) {
		const name = given.toLowerCase();
		const path = `headers.${given}`;
		const refused = Object.hasOwn(RESERVED, name) ? RESERVED[name] : undefined;
		if (!TOKEN.test(name)) context.fault(path, `${JSON.stringify(given)} is no header name`, 'letters, digits and -', 'shape');
		else if (refused !== undefined) context.fault(path, `the header ${given} cannot be set here`, refused, 'shape');
		else if (Object.hasOwn(filled, name)) context.fault(path, `the header ${given} is given twice`, 'names of headers do not depend on case', 'shape');
		else {
			const value = context.fill(template, path, 'text');
			// A line break would begin another header (RFC 9110, 5.5).
			if (value !== null && /[\r\n\0]/.test(value)) context.fault(path, `the value of ${given} holds a line break`, 'a header is one line', 'shape');
			else if (value !== null) {
				filled[name] = value;
				continue;
			}
		}
		sound = false;
	}
	return sound ? filled : null;
}

export function readTexts(texts: Readonly<Record<string, string>>, path: string, context: TaskContext): Record<string, string> | null {
	const filled = Object.entries(texts).map(([name, template]) => [name, context.fill(template, `${path}.${name}`, 'text')] as const);
	return filled.some(([, value]) => value === null) ? null : (Object.fromEntries(filled) as Record<string, string>);
}

/** Fills a path and checks that it stays below its connection; null after faults. */
export function readPath(template: string, path: string, context: TaskContext, use: FillUse = 'path'): string | null {
	const filled = context.fill(template, path, use);
	if (filled === null) return null;
	const refused = leavesFolder(filled);
	if (refused === null) return filled;
	context.fault(
		path,
		`${JSON.stringify(filled.slice(0, 100))} cannot be read as a path: ${refused}`,
		'give the path as the connection sees it, such as reports/2024/sales.csv',
		'shape',
	);
	return null;
}

/** The body with its variables; a JSON value also gets its content type unless a header says otherwise. */
export function readBody(body: unknown, headers: Record<string, string>, context: TaskContext): string | null | undefined {
	if (body === undefined) return null;
	const filled = context.body(body as Json, 'body');
	if (filled === null) return undefined;
	if (typeof body !== 'string') headers['content-type'] ??= 'application/json';
	return filled;
}
