import * as z from 'zod';
import { defineTask } from '../component.ts';
import { httpBody, httpHeaders, httpPath, httpQuery, readBody, readHeaders, readPath, readTexts } from '../vocabulary/http-request.ts';
import { connectionId } from '../vocabulary/names.ts';
import { resultVariable, resultVariableFits } from '../vocabulary/result-variable.ts';

const config = z.strictObject({
	connection_id: connectionId('an HTTP connection'),
	path: httpPath,
	method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']).default('GET').describe('Method of the request.'),
	headers: httpHeaders,
	query: httpQuery,
	body: httpBody,
	result_variable: resultVariable.describe('Variable that gets the answer: of type json parsed, of type string as text. At most 1 MB.'),
});

export const httpCall = defineTask({
	key: 'http_call_component',
	category: 'task',
	name: 'HTTP call',
	summary: 'Sends one request to an HTTP connection and may keep the answer in a variable.',
	docs: 'An answer of 400 or above fails the task, after 429 and 503 were tried again. The connection owns the address and the credentials. Sent at least once: a repetition carries the same Idempotency-Key header ($_TASK_KEY unless you set one), and so does every method but GET and HEAD from the start.',
	config,
	lower(config, context) {
		const connection = context.connection(config.connection_id, 'connection_id', 'http');
		const path = readPath(config.path, 'path', context);
		const headers = readHeaders(config.headers, context);
		const query = readTexts(config.query, 'query', context);
		const body = readBody(config.body, {}, context);
		const fits = resultVariableFits(config.result_variable, ['json', 'string'], context);
		const bodiless = config.method === 'GET' || config.method === 'HEAD';
		if (bodiless && config.body !== undefined) context.fault('body', `a ${config.method} request has no body`, 'use "method": "POST", or leave body out');
		if (connection === null || path === null || headers === null || query === null || body === undefined || !fits || (bodiless && config.body !== undefined))
			return null;
		const { method } = config;
		return {
			kind: 'http_call',
			connection: connection.id,
			path: config.path,
			method,
			headers: config.headers,
			query: config.query,
			body: config.body ?? null,
			resultVariable: config.result_variable ?? null,
		};
	},
	examples: [
		{
			title: 'Tell a chat that a load is done',
			config: { connection_id: 3, path: 'hooks/loads', method: 'POST', body: { text: 'Loaded $day', run: '$_RUN_ID' } },
			variables: { day: '2024-01-31' },
		},
	],
});
