import * as z from 'zod';

export const config = z.strictObject({
	host: z.string().min(1).max(253).describe('Host name or address of the server.'),
	port: z.number().int().min(1).max(65_535).default(3306),
	database: z.string().min(1).max(64).describe('The database used where a component names no schema.'),
	username: z.string().min(1).max(80),
	ssl: z
		.enum(['require', 'disable'])
		.default('require')
		.describe('require: TLS with a certificate that is verified for the host; disable: plain text, only for servers on a private network.'),
});

export const secrets = z.strictObject({ password: z.string().describe('Of the user; may be empty where the server asks for none.') });

export type MysqlConfig = z.infer<typeof config>;
export type MysqlSecrets = z.infer<typeof secrets>;
