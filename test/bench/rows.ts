import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** The columns of the generated file: eight, a fifth of the notes quoted. */
export const COLUMNS = [
	{ name: 'id', type: 'integer' },
	{ name: 'day', type: 'date' },
	{ name: 'region', type: 'string' },
	{ name: 'product', type: 'string' },
	{ name: 'quantity', type: 'integer' },
	{ name: 'price', type: 'double' },
	{ name: 'discount', type: 'double' },
	{ name: 'note', type: 'string' },
] as const;

const REGIONS = ['north', 'south', 'east', 'west', 'centre', 'islands'];

/** Writes a CSV of sales whose every value follows from its row number. */
export async function writeSales(path: string, rows: number): Promise<void> {
	const file = createWriteStream(path);
	file.write(`${COLUMNS.map((column) => column.name).join(',')}\n`);
	for (let from = 0; from < rows; from += 10_000) {
		const lines: string[] = [];
		for (let row = from; row < Math.min(rows, from + 10_000); row++) lines.push(saleLine(row));
		if (!file.write(lines.join(''))) await once(file, 'drain');
	}
	file.end();
	await once(file, 'close');
}

function saleLine(row: number): string {
	const mixed = (Math.imul(row, 2_654_435_761) >>> 0) / 2 ** 32;
	const day = new Date(Date.UTC(2020, 0, 1 + (row % 1500))).toISOString().slice(0, 10);
	const note = row % 5 === 0 ? `"order ${row}, ""express"""` : `order ${row} by post`;
	return `${row},${day},${REGIONS[row % 6]},product ${Math.floor(mixed * 5000)},${1 + (row % 9)},${(5 + mixed * 95).toFixed(2)},${(row % 4) / 20},${note}\n`;
}
