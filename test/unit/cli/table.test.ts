import { expect, test } from 'vitest';
import { table } from '../../../src/cli/demo/table.ts';

test('columns are as wide as their widest cell, numbers stand to the right', () => {
	const rows = [
		['ATL', 414_513],
		['ORD', 9],
	];
	expect(table(['origin', 'flights'], rows)).toBe(['  origin   flights', '  ──────   ───────', '  ATL      414,513', '  ORD            9'].join('\n'));
});

test('a text that is too long is cut', () => {
	expect(table(['name'], [['abcdefghij']], 6)).toBe(['  name', '  ──────', '  abcde…'].join('\n'));
});
