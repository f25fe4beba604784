import { expect, test } from 'vitest';
import { REDACTED, secretsIn } from '../../../src/lib/secret.ts';
import { secretDefaults, secretValues } from '../../../src/operations/packages/secret-variables.ts';

const texts = (secrets: ReturnType<typeof secretsIn>) => secrets.map((secret) => secret.reveal());

test('a secret of type json is one as a whole and in each text and number, as a default and as a value, in either form', () => {
	const login = { user: { password: 'hunter2' }, pins: [4711, true, null] };
	const expected = [JSON.stringify(login), 'hunter2', '4711'];
	const declared = (value?: unknown) => ({
		variables: { login: { type: 'json', secret: true, ...(value === undefined ? {} : { default: value }) }, open: 'x' },
	});
	for (const value of [login, JSON.stringify(login)]) {
		expect(texts(secretDefaults(declared(value))).sort()).toEqual(expected.sort());
		expect(texts(secretValues(declared(), { login: value, open: 'shown' })).sort()).toEqual(expected.sort());
	}
	expect(secretValues(declared(), { login: null })).toEqual([]);
	expect(String(secretValues(declared(), { login })[0])).toBe(REDACTED);
});

test('a secret of a hundred thousand numbers is one in each of them', () => {
	const numbers = Array.from({ length: 200_000 }, (_, n) => n);
	expect(secretsIn(JSON.stringify(numbers)).length).toBe(200_001);
});

test('what only begins like JSON is a secret as it is', () => {
	expect(texts(secretsIn('[not JSON'))).toEqual(['[not JSON']);
});
