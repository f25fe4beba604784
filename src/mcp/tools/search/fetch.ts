import * as z from 'zod';
import { fetchDocument } from '../../../operations/documents/fetch.ts';
import { defineTool } from '../../tool.ts';

export const fetch = defineTool({
	name: 'fetch',
	title: 'Fetch a document',
	description:
		'One document that search found, as text: a package with its graph, a run with its errors and log, a connection without credentials, or a component type. It says at its end when it was cut. For parts of them use get_package, get_run, get_connection.',
	toolset: 'search',
	scope: 'read',
	hints: { readOnly: true, destructive: false, idempotent: true, openWorld: false },
	input: z.strictObject({ id: z.string().min(1).max(200).describe('From search, e.g. package:12.') }),
	output: z.object({ id: z.string(), title: z.string(), text: z.string(), url: z.string(), metadata: z.record(z.string(), z.string()).optional() }),
	oneText: true,
	run: ({ id }, { operations, principal }) => fetchDocument(operations, principal, id),
});
