import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** The columns of the generated sales: eight, a fifth of the notes quoted. */
export const SALES = {
	id: 'integer',
	day: 'date',
	customer: 'string',
	region: 'string',
	product: 'string',
	quantity: 'integer',
	price: 'double',
	note: 'string',
} as const;

export const PRODUCTS = { product: 'string', title: 'string', category: 'string', cost: 'double' } as const;

export const FLIGHTS = { date: 'datetime', delay: 'long', distance: 'long', origin: 'string', destination: 'string' } as const;

const CUSTOMERS = 384_000;
const PRODUCT_COUNT = 50_000;
const REGIONS = ['north', 'south', 'east', 'west', 'centre', 'islands'];
const CATEGORIES = ['tools', 'garden', 'kitchen', 'books', 'toys', 'music', 'paper'];
const LINES = 10_000;

/** Sales whose every value follows from its row number; 1.3 M rows are 97 MB. */
export function writeSales(path: string, rows: number): Promise<void> {
	return writeLines(path, Object.keys(SALES), rows, (row) => {
		const mixed = mix(row);
		const customer = mix(row + 0x51ed) % CUSTOMERS;
		const day = DAYS[row % DAYS.length];
		const cents = 500 + (mixed % 9500);
		const note = row % 5 === 0 ? `"order ${row}, ""express way"""` : `order ${row} by freight`;
		const product = String(mix(row + 0xbeef) % PRODUCT_COUNT).padStart(5, '0');
		return `${row},${day},c-${customer},${REGIONS[customer % 6]},p-${product},${1 + (mixed % 9)},${cents / 100},${note}\n`;
	});
}

/** The table that sales are joined with. */
export function writeProducts(path: string): Promise<void> {
	return writeLines(path, Object.keys(PRODUCTS), PRODUCT_COUNT, (row) => {
		const number = String(row).padStart(5, '0');
		return `p-${number},Article no. ${number},${CATEGORIES[row % 7]},${((mix(row) % 5000) + 100) / 100}\n`;
	});
}

const DAYS = Array.from({ length: 1500 }, (_, day) => new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10));

/** 32 well-mixed bits of a number. */
function mix(value: number): number {
	let bits = Math.imul(value ^ (value >>> 16), 0x7feb352d);
	bits = Math.imul(bits ^ (bits >>> 15), 0x846ca68b);
	return (bits ^ (bits >>> 16)) >>> 0;
}

async function writeLines(path: string, header: readonly string[], rows: number, line: (row: number) => string): Promise<void> {
	const file = createWriteStream(path);
	file.write(`${header.join(',')}\n`);
	for (let from = 0; from < rows; from += LINES) {
		let lines = '';
		for (let row = from; row < Math.min(rows, from + LINES); row++) lines += line(row);
		if (!file.write(lines)) await once(file, 'drain');
	}
	file.end();
	await once(file, 'close');
}
