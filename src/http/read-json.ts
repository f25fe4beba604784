import type { Context } from 'hono';
import type * as z from 'zod';
import { AppError } from '../lib/errors.ts';
import { parseShape, type ShapeFault } from '../plan/shape.ts';
import type { AppEnv } from './bindings.ts';

const MAX_BODY = 256 * 1024;

/** The JSON body of a request, checked; every problem is told at once. Values below `secretFields` are never quoted back. */
export async function readJson<Schema extends z.ZodType>(c: Context<AppEnv>, schema: Schema, secretFields: readonly string[] = []): Promise<z.output<Schema>> {
	const text = await c.req.text();
	if (text.length > MAX_BODY) throw new AppError('limit', `The body has ${text.length} characters; ${MAX_BODY} is the most.`, { hint: 'Send less at a time.' });
	const parsed = parseShape(schema, fromJson(text));
	if ('value' in parsed) return parsed.value;
	const problems = parsed.faults.map((fault) => problem(fault, secretFields));
	throw new AppError('invalid_input', `The body is not as it should be: ${problems.map(({ message }) => message).join('; ')}.`, {
		hint: problems.map(({ hint }) => hint).join('; '),
		details: { problems },
	});
}

function problem({ path, keys, message, hint }: ShapeFault, secretFields: readonly string[]): { path: string; message: string; hint: string } {
	const secret = secretFields.includes(String(keys[0]));
	return { path, message: secret ? `${path} is not valid` : message, hint };
}

function fromJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new AppError('invalid_input', 'The body is not JSON.', { hint: 'Send a JSON object with Content-Type application/json.' });
	}
}
