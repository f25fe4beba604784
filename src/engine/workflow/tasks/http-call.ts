import { parseJsonExact } from '../../../data/json.ts';
import { AppError } from '../../../lib/errors.ts';
import type { Json } from '../../../lib/json.ts';
import { fillBody } from '../../../plan/body.ts';
import type { VariableScope } from '../../../plan/fill.ts';
import type { HttpCallTask } from '../../../plan/workflow.ts';
import { filled, fillPath, fillText, openAs, type TaskRunner } from './task-work.ts';

/** What an answer may have that goes into a variable, and what is shown of one that failed. */
const MOST_BYTES = 1024 * 1024;
const EXCERPT = 300;

/**
 * One request. Repeated after a kill or a passing fault it carries the same Idempotency-Key, so that a server that knows the header
 * does it once (draft-ietf-httpapi-idempotency-key-header).
 */
export const httpCall: TaskRunner<HttpCallTask> = {
	async step(work) {
		const { task, scope, key } = work;
		const { connection, path, method, headers, query, body, resultVariable } = task.task;
		const endpoint = await openAs(work, connection, 'http');
		const named = Object.fromEntries(Object.entries(fillAll(headers, scope)).map(([name, value]) => [name.toLowerCase(), value]));
		if (method !== 'GET' && method !== 'HEAD') named['idempotency-key'] ??= key;
		const text = body === null ? null : filled(fillBody(body as Json, scope));
		if (text !== null && typeof body !== 'string') named['content-type'] ??= 'application/json';
		const answer = await endpoint.send({ path: fillPath(path, scope), method, headers: named, query: fillAll(query, scope), body: text });
		const variable = resultVariable === null ? undefined : scope.get(resultVariable);
		if (answer.status >= 400) throw refused(answer.status, method, (await beginning(answer)).slice(0, EXCERPT));
		work.note(`answered ${answer.status}`);
		if (variable === undefined) {
			await answer.body?.cancel();
			return { kind: 'done', result: null };
		}
		const given = await beginning(answer, true);
		return { kind: 'done', result: variable.type.kind === 'json' ? parsed(given) : given };
	},
};

function fillAll(texts: Readonly<Record<string, string>>, scope: VariableScope): Record<string, string> {
	const values = Object.entries(texts).map(([name, template]) => [name, fillText(template, 'text', scope)] as const);
	const broken = values.find(([, value]) => /[\r\n\0]/.test(value));
	// A line break would begin another header (RFC 9110, 5.5).
	if (broken !== undefined)
		throw new AppError('invalid_input', `the value of ${broken[0]} holds a line break`, { hint: 'Headers and query values are one line.' });
	return Object.fromEntries(values);
}

function refused(status: number, method: string, excerpt: string): AppError {
	const said = excerpt === '' ? '' : `: ${excerpt.replaceAll(/\s+/g, ' ')}`;
	return new AppError('upstream', `the server answered ${status} to ${method}${said}`, {
		retryable: false,
		hint: 'Compare path, body and headers with the documentation of the API.',
	});
}

function parsed(text: string): unknown {
	if (text.trim() === '') return null;
	const json = parseJsonExact(text);
	if (json !== undefined) return json;
	throw new AppError('upstream', `the answer is no JSON: ${JSON.stringify(text.slice(0, 100))}`, {
		retryable: false,
		hint: 'Keep it in a variable of type string.',
	});
}

/** The body as text, up to the bound; `whole` throws where there is more. */
async function beginning(answer: Response, whole = false): Promise<string> {
	if (answer.body === null) return '';
	const reader = answer.body.getReader();
	const decoder = new TextDecoder();
	let text = '';
	let bytes = 0;
	for (;;) {
		const { done, value } = await reader.read();
		if (done) return text + decoder.decode();
		bytes += value.byteLength;
		text += decoder.decode(value, { stream: true });
		if (bytes <= MOST_BYTES) continue;
		await reader.cancel();
		if (!whole) return text;
		throw new AppError('limit', `the answer has more than ${MOST_BYTES} bytes, and a variable holds at most that`, {
			hint: 'Read it with a rest_api_source_component in a dataflow package.',
		});
	}
}
