import { env } from 'cloudflare:workers';
import { beforeEach, expect, test } from 'vitest';
import { isolateRunner } from '../../../src/engine/code/isolate.ts';
import { openCode } from '../../../src/objects/run/code.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { hostileSuite } from '../../unit/engine/code/hostile.ts';
import { codeSuite } from '../../unit/engine/code/suite.ts';
import { aStudio } from '../objects/workflows.ts';

codeSuite('code in an isolate', (user) => isolateRunner(env.LOADER, user));
codeSuite('code in the interpreter', (user) => openCode(env, user));
hostileSuite((user) => openCode(env, user));

test('where nothing can load an isolate, the interpreter takes its place', async () => {
	const runner = await openCode({ ...env, HEADGATE_CODE_ISOLATES: 'true', LOADER: undefined } as unknown as Env, {
		code: 'export const transform = (rows) => rows;',
		timeoutSeconds: 5,
	});
	expect(await runner.transform([{ a: 1 }])).toEqual({ rows: [{ a: 1 }] });
	runner.close();
});

beforeEach(freshGateway);

test('a package with a code component runs from a file into its result', async () => {
	const studio = await aStudio();
	await env.FILES.put(`accounts/${studio.principal.account.id}/files/lines.csv`, 'line\nto be\nor not\n');
	const id = await studio.dataflow(
		'words',
		[
			{ cloud_storage_source_component: { id: 'in', name: 'in', connection_id: studio.files, path: 'lines.csv', fields: [{ name: 'line' }] } },
			{
				code_component: {
					id: 'split',
					name: 'split',
					code: "export const transform = (rows) => rows.flatMap(({ line }) => line.split(' ').map((word) => ({ word })));",
					output: [{ name: 'word', type: 'string' }],
				},
			},
			{ result_destination_component: { id: 'out', name: 'out' } },
		],
		[
			{ source: 'in', target: 'split' },
			{ source: 'split', target: 'out' },
		],
	);
	const run = await studio.ended(await studio.start(id));
	expect(run).toMatchObject({ status: 'completed', outputs: [{ rows: [{ word: 'to' }, { word: 'be' }, { word: 'or' }, { word: 'not' }] }] });
});
