import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/**
 * Whether a request is signed as AWS Signature Version 4 says (https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html),
 * worked out from the raw request line, so that an escaping the client and a URL parser agree on is not taken for right.
 */
export function isSigned(request: IncomingMessage, body: Buffer, keys: { accessKeyId: string; secretAccessKey: string }): boolean {
	const parts = /^AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(request.headers.authorization ?? '');
	if (parts === null) return false;
	const [, credential = '', signedHeaders = '', signature = ''] = parts;
	const [accessKeyId, day = '', region = '', service = ''] = credential.split('/');
	const [path = '', query = ''] = (request.url ?? '').split('?');
	const pairs = query === '' ? [] : query.split('&').map((pair) => pair.split('='));
	const strict = (text: string) =>
		encodeURIComponent(decodeURIComponent(text.replaceAll('+', ' '))).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
	const canonicalQuery = pairs
		.map(([name = '', value = '']) => `${strict(name)}=${strict(value)}`)
		.sort()
		.join('&');
	const canonicalPath = path.split('/').map(strict).join('/');
	const payload = String(request.headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD');
	if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(body)) return false;
	const headers = signedHeaders.split(';').map((name) => `${name}:${String(request.headers[name] ?? '').trim()}\n`);
	const canonical = [request.method, canonicalPath, canonicalQuery, headers.join(''), signedHeaders, payload].join('\n');
	const moment = String(request.headers['x-amz-date'] ?? '');
	const toSign = ['AWS4-HMAC-SHA256', moment, [day, region, service, 'aws4_request'].join('/'), sha256(canonical)].join('\n');
	const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${keys.secretAccessKey}`);
	return accessKeyId === keys.accessKeyId && hmac(key, toSign).toString('hex') === signature && signedHeaders.split(';').includes('host');
}

function sha256(data: string | Buffer): string {
	return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
	return createHmac('sha256', key).update(text).digest();
}
