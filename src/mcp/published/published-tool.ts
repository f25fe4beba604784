import * as z from 'zod';
import type { VariableValue } from '../../model/run.ts';
import type { Publication, PublishedArgument } from '../../operations/publishing/publication.ts';
import { submitRun } from '../../operations/runs/submit.ts';
import { type AnyTool, defineTool } from '../tool.ts';
import { idempotencyKey } from '../tools/arguments.ts';
import { startedRun, startedRunSchema, waitSeconds } from '../tools/runs/started.ts';

/** A package as a tool like any other: it goes through the same dispatch, under its own name. */
export function publishedTool(publication: Publication): AnyTool {
	const { packageId: package_id } = publication;
	const given = Object.fromEntries(publication.arguments.map((argument) => [argument.name, argumentSchema(argument)]));
	return defineTool({
		name: publication.tool,
		title: publication.title,
		description: publication.description,
		toolset: 'published',
		scope: 'run',
		hints: { readOnly: false, destructive: true, idempotent: false, openWorld: true },
		input: z.strictObject({ ...given, ...(publication.takesPayload ? { payload } : {}), wait_seconds: waitSeconds, idempotency_key: idempotencyKey }),
		output: startedRunSchema,
		userData: ['outputs', 'errors'],
		task: 'run',
		about: `package:${package_id}`,
		async run({ wait_seconds, idempotency_key: _, payload: rows, ...values }, context) {
			const variables = Object.fromEntries(Object.entries(values).filter((entry): entry is [string, VariableValue] => entry[1] !== undefined));
			const order = { package_id, variables, ...(rows === undefined ? {} : { payload: rows as Record<string, unknown>[] }) };
			return startedRun(await submitRun(context.operations, context.principal, order), Number(wait_seconds), context);
		},
	}) as unknown as AnyTool;
}

const payload = z.array(z.record(z.string(), z.unknown())).describe('Rows for its payload source; [] for none.');

const SCHEMAS = { string: z.string().max(100_000), integer: z.int(), number: z.number(), boolean: z.boolean() } as const;

function argumentSchema({ kind, required, description }: PublishedArgument): z.ZodType {
	const schema = SCHEMAS[kind];
	return (required ? schema : schema.optional()).describe(description);
}
