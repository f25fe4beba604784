import { parquetReadObjects } from 'hyparquet';

export function parquetRows(content: Buffer): Promise<Record<string, unknown>[]> {
	const file = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength) as ArrayBuffer;
	return parquetReadObjects({ file });
}
