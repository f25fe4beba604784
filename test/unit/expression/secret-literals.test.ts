import { expect, test } from 'vitest';
import { compile } from '../../../src/expression/evaluate.ts';
import type { RowError } from '../../../src/expression/ir.ts';
import { variablesOf } from '../../../src/expression/variables.ts';
import { batchOf, exprOf, schemaOf } from './expressions.ts';

const variables = variablesOf({
	key: { type: { kind: 'string' }, value: 'canary', secret: true },
	day: { type: { kind: 'date' }, value: '2026-01-31', secret: true },
	plain: { type: { kind: 'string' }, value: 'canary' },
});
const schema = schemaOf({ n: 'integer' });

test.each([
	'$key',
	"'Bearer $key'",
	'upper($key)',
	"concat('a', upper('$key'))",
	"date '$day'",
	"'$day' || ''",
	'case when 1 = 1 then upper($key) else null end',
	'try_cast($key as binary)',
])('%s is marked as made with a secret, whatever was folded', (text) => {
	expect(exprOf(text, schema, variables)).toMatchObject({ kind: 'literal', secret: true });
});

test('what no secret is part of is not marked', () => {
	expect(exprOf("upper($plain) || 'x'", schema, variables)).toEqual({ kind: 'literal', type: { kind: 'string' }, value: 'CANARYx' });
});

test('a row that fails in an expression with a secret is told without the value, or what was made of it', () => {
	const failures = (text: string): RowError[] => {
		const errors: RowError[] = [];
		compile(exprOf(text, schema, variables))(batchOf(schema, [['1']]), errors);
		return errors;
	};
	for (const text of ['cast(upper($key) as integer)', "cast('$key' || cast(n as string) as date)", 'case when n = 1 then cast(reverse($key) as double) end']) {
		const [error, ...others] = failures(text);
		expect(others).toEqual([]);
		expect(error).toMatchObject({ row: 0, class: 'invalid_cast', message: expect.stringContaining('kept back') });
		expect(error?.message).not.toMatch(/canary|yranac/i);
	}
	expect(failures('cast(upper($plain) as integer)')[0]?.message).toContain('CANARY');
});
