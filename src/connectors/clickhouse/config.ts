import * as z from 'zod';

export const config = z.strictObject({
	url: z
		.url({ protocol: /^https?$/ })
		.max(500)
		.describe('The HTTP interface, for example https://abc123.eu-central-1.aws.clickhouse.cloud:8443.'),
	database: z.string().min(1).max(200).default('default').describe('The database used where a component names no schema.'),
	username: z.string().min(1).max(200).default('default'),
	timeout_seconds: z
		.number()
		.int()
		.min(1)
		.max(3600)
		.default(600)
		.describe('How long to wait for an answer to begin, and between two pieces of it.')
		.meta({ advanced: true }),
});

export const secrets = z.strictObject({ password: z.string().describe('Of the user; may be empty where the server asks for none.') });

export type ClickhouseConfig = z.infer<typeof config>;
export type ClickhouseSecrets = z.infer<typeof secrets>;
