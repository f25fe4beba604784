import * as z from 'zod';

const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/;

export const config = z.strictObject({
	bucket: z.string().regex(BUCKET, 'must be a bucket name').optional().describe('The bucket used where a component names none.'),
	region: z.string().min(1).max(100).default('us-east-1').describe('The region that requests are signed for; auto for Cloudflare R2.'),
	endpoint: z
		.url({ protocol: /^https?$/ })
		.max(500)
		.optional()
		.describe('Only for stores other than AWS, for example https://<account>.r2.cloudflarestorage.com or https://minio.example.com.'),
	addressing: z
		.enum(['path', 'virtual'])
		.optional()
		.describe('Whether the bucket stands in the path or in the host name. By default virtual for AWS and path for other endpoints.')
		.meta({ advanced: true }),
	prefix: z.string().max(900).default('').describe('A folder that all paths of this connection are below.').meta({ advanced: true }),
	access_key_id: z.string().min(1).max(500).describe('The access key; the secret that belongs to it is secret_access_key.'),
	timeout_seconds: z
		.number()
		.int()
		.min(1)
		.max(300)
		.default(60)
		.describe('How long to wait for an answer to begin, and between two pieces of it.')
		.meta({ advanced: true }),
});

export const secrets = z.strictObject({
	secret_access_key: z.string().min(1).describe('Belongs to the access key id.'),
	session_token: z.string().optional().describe('Only for temporary credentials.'),
});

export type S3Config = z.infer<typeof config>;
export type S3Secrets = z.infer<typeof secrets>;
