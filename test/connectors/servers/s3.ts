import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSigned } from './s3-signature.ts';
import type { Servers } from './start.ts';

interface Stored {
	readonly bytes: Buffer;
	readonly etag: string;
	readonly owner: string | undefined;
	readonly modified: Date;
}

interface Upload {
	readonly name: string;
	readonly owner: string | undefined;
	readonly parts: Map<number, { bytes: Buffer; etag: string }>;
}

/** What it holds, for whoever looks without S3. */
export interface Inside {
	readonly objects: ReadonlyMap<string, Stored>;
	readonly uploads: ReadonlyMap<string, Upload>;
}

interface Answer {
	readonly status: number;
	readonly headers?: Record<string, string>;
	readonly body?: string | Buffer;
}

const BUCKET = 'under-test';
const KEYS = { accessKeyId: 'AKIAUNDERTEST', secretAccessKey: 'under/test+secret' };
/** S3 refuses smaller parts, but for the last. */
const MIN_PART = 5 * 1024 * 1024;

/**
 * The part of S3's REST API that the connector uses, after its public reference, with real signatures checked and its real refusals.
 * No S3 server is to be had from a package registry that checks signatures or knows aborted uploads.
 */
export async function startS3(): Promise<{ access: Servers['s3']; inside: Inside; close(): Promise<void> }> {
	const objects = new Map<string, Stored>();
	const uploads = new Map<string, Upload>();
	const server = createServer((request, response) => {
		void handle(request, response);
	});
	async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const body = Buffer.concat(chunks);
		const answer = isSigned(request, body, KEYS) ? respond(request, body, objects, uploads) : failure(403, 'SignatureDoesNotMatch');
		response.writeHead(answer.status, {
			...answer.headers,
			...(answer.body === undefined ? {} : { 'Content-Length': answer.headers?.['Content-Length'] ?? Buffer.byteLength(answer.body) }),
		});
		response.end(request.method === 'HEAD' ? undefined : answer.body);
	}
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		access: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bucket: BUCKET, ...KEYS },
		inside: { objects, uploads },
		close: () =>
			new Promise((resolve) => {
				server.closeAllConnections();
				server.close(() => resolve());
			}),
	};
}

function respond(request: IncomingMessage, body: Buffer, objects: Map<string, Stored>, uploads: Map<string, Upload>): Answer {
	const url = new URL(request.url ?? '/', 'http://host');
	const [bucket = '', ...segments] = url.pathname.slice(1).split('/').map(decodeURIComponent);
	const name = segments.join('/');
	const query = url.searchParams;
	if (bucket !== BUCKET) return failure(404, 'NoSuchBucket');
	if (name === '') return list(query, objects);
	const uploadId = query.get('uploadId');
	const owner = request.headers['x-amz-meta-owner'] as string | undefined;
	if (request.method === 'POST' && query.has('uploads')) {
		const id = randomUUID();
		uploads.set(id, { name, owner, parts: new Map() });
		return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
	}
	if (uploadId !== null) return onUpload(request, body, name, uploadId, query, objects, uploads);
	if (request.method === 'PUT') return copy(request, name, objects);
	if (request.method === 'DELETE') {
		objects.delete(name);
		return { status: 204 };
	}
	return read(request, name, objects);
}

function onUpload(
	request: IncomingMessage,
	body: Buffer,
	name: string,
	id: string,
	query: URLSearchParams,
	objects: Map<string, Stored>,
	uploads: Map<string, Upload>,
): Answer {
	const upload = uploads.get(id);
	if (upload === undefined || upload.name !== name) return failure(404, 'NoSuchUpload');
	if (request.method === 'DELETE') {
		uploads.delete(id);
		return { status: 204 };
	}
	if (request.method === 'PUT') {
		const etag = md5(body);
		upload.parts.set(Number(query.get('partNumber')), { bytes: body, etag });
		return { status: 200, headers: { ETag: `"${etag}"` } };
	}
	const wanted = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>&quot;([^&]*)&quot;<\/ETag>/g)].map(
		(match) => [Number(match[1]), match[2]] as const,
	);
	const parts = wanted.map(([number, etag]) => {
		const part = upload.parts.get(number);
		return part?.etag === etag ? part : undefined;
	});
	if (wanted.length === 0) return failure(400, 'MalformedXML');
	// As S3 does for long completions: the status is out before the failure is known.
	if (parts.includes(undefined)) return xml('<Error><Code>InvalidPart</Code><Message>One or more parts could not be found.</Message></Error>');
	if (parts.slice(0, -1).some((part) => (part?.bytes.length ?? 0) < MIN_PART)) return failure(400, 'EntityTooSmall');
	const bytes = Buffer.concat(parts.map((part) => part?.bytes ?? Buffer.alloc(0)));
	objects.set(name, { bytes, etag: `${md5(bytes)}-${parts.length}`, owner: upload.owner, modified: new Date() });
	uploads.delete(id);
	return xml('<CompleteMultipartUploadResult><Key/></CompleteMultipartUploadResult>');
}

function copy(request: IncomingMessage, name: string, objects: Map<string, Stored>): Answer {
	const [, , ...rest] = decodeURIComponent(String(request.headers['x-amz-copy-source'])).split('/');
	const source = objects.get(rest.join('/'));
	if (source === undefined) return failure(404, 'NoSuchKey');
	if (request.headers['x-amz-copy-source-if-match'] !== `"${source.etag}"`) return failure(412, 'PreconditionFailed');
	objects.set(name, { ...source, owner: undefined, modified: new Date() });
	return xml(`<CopyObjectResult><ETag>&quot;${source.etag}&quot;</ETag></CopyObjectResult>`);
}

function read(request: IncomingMessage, name: string, objects: Map<string, Stored>): Answer {
	const object = objects.get(name);
	if (object === undefined) return failure(404, 'NoSuchKey');
	const match = request.headers['if-match'];
	if (match !== undefined && match !== `"${object.etag}"`) return failure(412, 'PreconditionFailed');
	const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
	const headers = {
		ETag: `"${object.etag}"`,
		'Last-Modified': object.modified.toUTCString(),
		...(object.owner === undefined ? {} : { 'x-amz-meta-owner': object.owner }),
	};
	if (range === null) return { status: 200, headers: { ...headers, 'Content-Length': String(object.bytes.length) }, body: object.bytes };
	const [from, to] = [Number(range[1]), range[2] === '' ? object.bytes.length - 1 : Number(range[2])];
	if (from >= object.bytes.length) return failure(416, 'InvalidRange');
	return { status: 206, headers, body: object.bytes.subarray(from, to + 1) };
}

function list(query: URLSearchParams, objects: Map<string, Stored>): Answer {
	const max = Number(query.get('max-keys') ?? 1000);
	const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
	const names = [...objects.keys()]
		.filter((name) => name.startsWith(query.get('prefix') ?? '') && byCodePoint(name, query.get('start-after') ?? '') > 0)
		.sort(byCodePoint);
	const items = names.slice(0, max).map((name) => {
		const object = objects.get(name) as Stored;
		// S3 leaves slashes as they are when it encodes keys for XML.
		const key = encodeURIComponent(name).replaceAll('%2F', '/').replaceAll('%20', '+');
		return `<Contents><Key>${key}</Key><LastModified>${object.modified.toISOString()}</LastModified><ETag>&quot;${object.etag}&quot;</ETag><Size>${object.bytes.length}</Size></Contents>`;
	});
	return xml(`<ListBucketResult><KeyCount>${items.length}</KeyCount><IsTruncated>${names.length > max}</IsTruncated>${items.join('')}</ListBucketResult>`);
}

function xml(body: string): Answer {
	return { status: 200, headers: { 'Content-Type': 'application/xml' }, body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}` };
}

function failure(status: number, code: string): Answer {
	return {
		status,
		headers: { 'Content-Type': 'application/xml' },
		body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>The request was refused.</Message></Error>`,
	};
}

function md5(bytes: Buffer): string {
	return createHash('md5').update(bytes).digest('hex');
}
