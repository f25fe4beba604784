import { expect, test } from 'vitest';
import { acceptable } from '../../../src/http/accept.ts';

test.each([
	[undefined, { json: true, stream: false }],
	['', { json: true, stream: false }],
	['*/*', { json: true, stream: false }],
	['application/json', { json: true, stream: false }],
	['application/json, text/event-stream', { json: true, stream: true }],
	['Application/JSON;q=0.9, text/event-stream', { json: true, stream: true }],
	['text/event-stream', { json: false, stream: true }],
	['text/html, */*;q=0.8', { json: true, stream: false }],
	['text/html', null],
	['application/json;q=0', null],
	['application/json;q=0, text/event-stream', { json: false, stream: true }],
])('Accept: %s', (header, accepted) => {
	expect(acceptable(header)).toEqual(accepted);
});
