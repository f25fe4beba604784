import * as z from 'zod';

export const config = z.strictObject({
	host: z.string().min(1).max(253).describe('Host name or address of the server.'),
	port: z.number().int().min(1).max(65_535).default(5432),
	database: z.string().min(1).max(63),
	username: z.string().min(1).max(63),
	schema: z.string().min(1).max(63).default('public').describe('The schema used where a component names none.'),
	ssl: z
		.enum(['require', 'disable'])
		.default('require')
		.describe('require: TLS with a certificate that is verified for the host; disable: plain text, only for servers on a private network.'),
	statement_timeout_seconds: z
		.number()
		.int()
		.min(0)
		.max(86_400)
		.default(600)
		.describe('The server ends statements that take longer; 0: never.')
		.meta({ advanced: true }),
});

export const secrets = z.strictObject({ password: z.string().describe('Of the user; may be empty where the server asks for none.') });

export type PostgresConfig = z.infer<typeof config>;
export type PostgresSecrets = z.infer<typeof secrets>;
