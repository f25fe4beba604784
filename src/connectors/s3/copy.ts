import type { S3Client } from './client.ts';
import { escapeXml, xmlText } from './xml.ts';

/** One copy request takes at most 5 GiB; larger objects are copied in ranges. */
const SINGLE_BYTES = 5 * 1024 ** 3;
const RANGE_BYTES = 1024 ** 3;

interface S3Object {
	readonly bucket: string;
	readonly key: string;
}

/** Copies inside the store, no byte passes here. The source must still be what `etag` names; its content type is kept, its owner mark is not. */
export async function copyS3Object(
	client: S3Client,
	source: S3Object & { readonly size: number; readonly etag: string; readonly contentType: string | null },
	target: S3Object,
): Promise<void> {
	const from = {
		'x-amz-copy-source': `/${source.bucket}/${source.key.split('/').map(encodeURIComponent).join('/')}`,
		'x-amz-copy-source-if-match': `"${source.etag}"`,
	};
	const type: Record<string, string> = source.contentType === null ? {} : { 'Content-Type': source.contentType };
	if (source.size <= SINGLE_BYTES) {
		await client.sendForXml({ method: 'PUT', ...target, headers: { ...from, ...type, 'x-amz-metadata-directive': 'REPLACE' } });
		return;
	}
	const begun = await client.sendForXml({ method: 'POST', ...target, query: { uploads: '' }, headers: type });
	const uploadId = xmlText(begun, 'UploadId') ?? '';
	try {
		const parts: string[] = [];
		for (let offset = 0; offset < source.size; offset += RANGE_BYTES) {
			const range = `bytes=${offset}-${Math.min(offset + RANGE_BYTES, source.size) - 1}`;
			const query = { partNumber: String(parts.length + 1), uploadId };
			const xml = await client.sendForXml({ method: 'PUT', ...target, query, headers: { ...from, 'x-amz-copy-source-range': range } });
			parts.push(`<Part><PartNumber>${parts.length + 1}</PartNumber><ETag>${escapeXml(xmlText(xml, 'ETag') ?? '')}</ETag></Part>`);
		}
		const body = `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`;
		await client.sendForXml({ method: 'POST', ...target, query: { uploadId }, headers: { 'Content-Type': 'application/xml' }, body });
	} catch (error) {
		await client.send({ method: 'DELETE', ...target, query: { uploadId } });
		throw error;
	}
}
