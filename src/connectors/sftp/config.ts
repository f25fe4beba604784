import * as z from 'zod';

export const config = z.strictObject({
	host: z.string().min(1).max(253).describe('Host name or address of the server.'),
	port: z.number().int().min(1).max(65_535).default(22),
	username: z.string().min(1).max(200),
	host_key: z
		.string()
		.min(20)
		.max(4000)
		.describe(
			'What the server must prove to be: its fingerprints (SHA256:…, as `ssh-keyscan HOST | ssh-keygen -lf -` prints them) or public keys (ssh-ed25519 AAAA…), one a line. There is no connection to any other key.',
		)
		.meta({ multiline: true }),
	folder: z.string().max(900).default('').describe('A folder that all paths of this connection are below; without a leading slash it is in the login’s home.'),
	timeout_seconds: z
		.number()
		.int()
		.min(1)
		.max(300)
		.default(60)
		.describe('How long to wait for the sign-in, and for an answer to a request.')
		.meta({ advanced: true }),
});

export const secrets = z.strictObject({
	password: z.string().min(1).optional().describe('Where the server takes one.'),
	private_key: z.string().min(1).optional().describe('An ed25519, ECDSA or RSA key in OpenSSH or PEM form.').meta({ multiline: true }),
	passphrase: z.string().optional().describe('Only where private_key is encrypted.'),
});

export type SftpConfig = z.infer<typeof config>;
export type SftpSecrets = z.infer<typeof secrets>;
