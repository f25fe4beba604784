import { crc32, deflateRawSync } from 'node:zlib';

/** A zip archive of those parts, as other programs write them: local headers, a central directory, an end. */
export function zipOf(
	parts: Readonly<Record<string, string | Uint8Array>>,
	options: { readonly described?: boolean; readonly stored?: boolean } = {},
): Uint8Array {
	const chunks: Buffer[] = [];
	const directory: Buffer[] = [];
	let offset = 0;
	for (const [name, content] of Object.entries(parts)) {
		const raw = Buffer.from(content);
		const data = options.stored ? raw : deflateRawSync(raw);
		const nameBytes = Buffer.from(name);
		const described = options.described === true;
		const sizes = (buffer: Buffer, at: number, hidden: boolean) => {
			buffer.writeUInt32LE(hidden ? 0 : crc32(raw), at);
			buffer.writeUInt32LE(hidden ? 0 : data.length, at + 4);
			buffer.writeUInt32LE(hidden ? 0 : raw.length, at + 8);
		};
		const local = Buffer.alloc(30);
		local.writeUInt32LE(0x04034b50, 0);
		local.writeUInt16LE(20, 4);
		local.writeUInt16LE(described ? 8 : 0, 6);
		local.writeUInt16LE(options.stored ? 0 : 8, 8);
		sizes(local, 14, described);
		local.writeUInt16LE(nameBytes.length, 26);
		const central = Buffer.alloc(46);
		central.writeUInt32LE(0x02014b50, 0);
		central.writeUInt16LE(described ? 8 : 0, 8);
		central.writeUInt16LE(options.stored ? 0 : 8, 10);
		sizes(central, 16, false);
		central.writeUInt16LE(nameBytes.length, 28);
		central.writeUInt32LE(offset, 42);
		const entry = [local, nameBytes, data];
		if (described) {
			const descriptor = Buffer.alloc(16);
			descriptor.writeUInt32LE(0x08074b50, 0);
			sizes(descriptor, 4, false);
			entry.push(descriptor);
		}
		chunks.push(...entry);
		directory.push(central, nameBytes);
		offset += entry.reduce((sum, piece) => sum + piece.length, 0);
	}
	const end = Buffer.alloc(22);
	end.writeUInt32LE(0x06054b50, 0);
	end.writeUInt16LE(Object.keys(parts).length, 8);
	end.writeUInt16LE(Object.keys(parts).length, 10);
	end.writeUInt32LE(
		directory.reduce((sum, piece) => sum + piece.length, 0),
		12,
	);
	end.writeUInt32LE(offset, 16);
	return new Uint8Array(Buffer.concat([...chunks, ...directory, end]));
}

/** A workbook whose sheets have those rows, as XML of their insides. */
export function workbookOf(
	sheets: Readonly<Record<string, string>>,
	options: {
		readonly shared?: readonly string[];
		readonly date1904?: boolean;
		readonly parts?: Readonly<Record<string, string | null>>;
		readonly stored?: boolean;
	} = {},
): Uint8Array {
	const names = Object.keys(sheets);
	const parts: Record<string, string> = {
		'[Content_Types].xml': '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
		'xl/workbook.xml': `<?xml version="1.0"?><workbook xmlns="x" xmlns:r="y"><workbookPr${options.date1904 ? ' date1904="1"' : ''}/><sheets>${names.map((name, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`).join('')}</sheets></workbook>`,
		'xl/_rels/workbook.xml.rels': `<Relationships>${names.map((_, i) => `<Relationship Id="rId${i + 1}" Type="t" Target="worksheets/sheet${i + 1}.xml"/>`).join('')}</Relationships>`,
		'xl/styles.xml':
			'<styleSheet><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/><numFmt numFmtId="165" formatCode="&quot;Dollars&quot; #,##0.00;[Red]-#"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>',
		'xl/sharedStrings.xml': `<sst>${(options.shared ?? []).map((text) => `<si>${text}</si>`).join('')}</sst>`,
	};
	names.forEach((name, i) => {
		parts[`xl/worksheets/sheet${i + 1}.xml`] = `<worksheet><dimension ref="A1:H5"/><sheetData>${sheets[name]}</sheetData></worksheet>`;
	});
	// Null: the part is left out.
	const all = Object.entries({ ...parts, ...options.parts }).filter((part): part is [string, string] => part[1] !== null);
	return zipOf(Object.fromEntries(all), { stored: options.stored ?? false });
}
