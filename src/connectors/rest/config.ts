import * as z from 'zod';

const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

export const config = z.strictObject({
	base_url: z
		.url({ protocol: /^https?$/ })
		.max(2000)
		.describe('Where the API lives, for example https://api.example.com/v2. Components give paths below it; requests never leave its origin.'),
	auth: z
		.enum(['none', 'basic', 'bearer', 'api_key', 'oauth_client_credentials'])
		.default('none')
		.describe(
			'How requests are authenticated: none; basic (username, secret password); bearer (secret token); api_key (secret api_key in a header or the query); oauth_client_credentials (token_url, client_id, secret client_secret).',
		),
	username: z.string().max(500).optional().describe('For basic.'),
	api_key_in: z.enum(['header', 'query']).default('header').describe('For api_key: where it goes.'),
	api_key_name: z
		.string()
		.max(200)
		.regex(HEADER_NAME, 'must be a header or parameter name')
		.default('X-API-Key')
		.describe('For api_key: the name of the header or query parameter.'),
	token_url: z
		.url({ protocol: /^https?$/ })
		.max(2000)
		.optional()
		.describe('For oauth_client_credentials: the token endpoint (RFC 6749, section 4.4).'),
	client_id: z.string().max(500).optional().describe('For oauth_client_credentials.'),
	client_authentication: z
		.enum(['basic', 'body'])
		.default('basic')
		.describe('For oauth_client_credentials: client id and secret in the Authorization header or in the body.')
		.meta({ advanced: true }),
	scope: z.string().max(1000).optional().describe('For oauth_client_credentials: the scopes asked for, separated by blanks.').meta({ advanced: true }),
	audience: z.string().max(500).optional().describe('For oauth_client_credentials: sent as audience where the server wants one.').meta({ advanced: true }),
	headers: z
		.record(z.string().regex(HEADER_NAME, 'must be a header name'), z.string().max(4000))
		.default({})
		.describe('Headers of every request that are no secret. A component may replace them.')
		.meta({ advanced: true }),
	test_path: z
		.string()
		.max(2000)
		.default('')
		.describe('The path that checking the connection asks for with GET; by default the base URL itself.')
		.meta({ advanced: true }),
	timeout_seconds: z
		.number()
		.int()
		.min(1)
		.max(300)
		.default(30)
		.describe('How long to wait for an answer to begin, and between two pieces of it.')
		.meta({ advanced: true }),
	max_response_mb: z.number().int().min(1).max(1000).default(100).describe('Answers larger than this are an error.').meta({ advanced: true }),
	max_attempts: z.number().int().min(1).max(10).default(4).describe('Attempts in all where a failure passes by itself.').meta({ advanced: true }),
});

export const secrets = z.strictObject({
	password: z.string().optional().describe('For basic.'),
	token: z.string().optional().describe('For bearer.'),
	api_key: z.string().optional().describe('For api_key.'),
	client_secret: z.string().optional().describe('For oauth_client_credentials.'),
});

export type HttpConfig = z.infer<typeof config>;
export type HttpSecrets = z.infer<typeof secrets>;
