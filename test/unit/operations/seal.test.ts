import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SealPurpose, sealerFrom } from '../../../src/operations/connections/seal.ts';

const key = () => randomBytes(32).toString('base64');
const purpose: SealPurpose = { kind: 'connection', accountId: 1, connectionId: 2 };

describe('a sealed text', () => {
	test('opens as what went in, as a Secret that does not print', async () => {
		const sealer = sealerFrom(`a:${key()}`);
		await fc.assert(
			fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
				const secret = await sealer.open(purpose, await sealer.seal(purpose, text));
				expect(secret.reveal()).toBe(text);
				expect(`${secret} ${JSON.stringify(secret)} ${inspect(secret)}`).toBe('[redacted] "[redacted]" [redacted]');
			}),
		);
	});

	test('is never the same twice', async () => {
		const sealer = sealerFrom(`a:${key()}`);
		expect(await sealer.seal(purpose, 'x')).not.toBe(await sealer.seal(purpose, 'x'));
	});

	test('does not open with any single character changed', async () => {
		const sealer = sealerFrom(`a:${key()}`);
		const sealed = await sealer.seal(purpose, 'correct horse');
		for (let at = 2; at < sealed.length; at++) {
			const other = sealed[at] === 'A' ? 'B' : 'A';
			const changed = sealed.slice(0, at) + other + sealed.slice(at + 1);
			// The last character of base64url may carry unused bits: then the bytes are the same and it rightly opens.
			if (Buffer.from(changed.slice(2), 'base64url').equals(Buffer.from(sealed.slice(2), 'base64url'))) continue;
			await expect(sealer.open(purpose, changed)).rejects.toMatchObject({ code: 'unavailable', retryable: false });
		}
	});

	test('does not open in another row, another account or as something else', async () => {
		const sealer = sealerFrom(`a:${key()}`);
		const sealed = await sealer.seal(purpose, 'correct horse');
		const elsewhere: SealPurpose[] = [
			{ kind: 'connection', accountId: 1, connectionId: 3 },
			{ kind: 'connection', accountId: 2, connectionId: 2 },
			{ kind: 'run_variables', accountId: 1 },
			{ kind: 'package_variables', accountId: 1 },
		];
		for (const other of elsewhere) await expect(sealer.open(other, sealed)).rejects.toMatchObject({ code: 'unavailable' });
	});

	test.each(['', 'a', 'a.', '.', 'a.AAAA', 'nonsense'])('that is %j is refused without a crash', async (sealed) => {
		await expect(sealerFrom(`a:${key()}`).open(purpose, sealed)).rejects.toMatchObject({ code: 'unavailable' });
	});
});

describe('keys', () => {
	test('rotate: the first seals, all open, and a removed one is named', async () => {
		const [old, fresh] = [key(), key()];
		const before = await sealerFrom(old).seal(purpose, 'x');
		const rotated = sealerFrom(`k2:${fresh}, k1:${old}`);
		expect(rotated.keyId).toBe('k2');
		expect((await rotated.open(purpose, before)).reveal()).toBe('x');
		expect(await rotated.seal(purpose, 'x')).toMatch(/^k2\./);
		await expect(sealerFrom(`k2:${fresh}`).open(purpose, before)).rejects.toThrow('key k1, which is not configured');
	});

	test.each([
		['nothing', ''],
		['a short key', `a:${randomBytes(31).toString('base64')}`],
		['two without ids', `${key()},${key()}`],
		['one id twice', `a:${key()},a:${key()}`],
		['a trailing comma', `a:${key()},`],
	])('%s is refused, and the refusal does not repeat it', (_, configured) => {
		expect(() => sealerFrom(configured)).toThrow(/^HEADGATE_SEAL_KEY is wrong/);
		try {
			sealerFrom(configured);
		} catch (error) {
			const secret = configured.split(':').at(-1)?.replace(',', '') ?? '';
			if (secret.length > 4) expect(inspect(error)).not.toContain(secret);
		}
	});
});
