import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { fingerprint, trustedKeys } from '../../../src/connectors/sftp/host-key.ts';

const key = Buffer.from('00000b7373682d6564323535313900000020'.repeat(3), 'hex');
const other = Buffer.from('another key');
const print = `SHA256:${createHash('sha256').update(key).digest('base64').replace('=', '')}`;

test.each([
	['a fingerprint', print],
	['a fingerprint as ssh-keygen prints it', `256 ${print} host.example.com (ED25519)`],
	['a fingerprint among others and remarks', `# host.example.com:22 SSH-2.0\nSHA256:${'A'.repeat(43)}, ${print}`],
	['a public key', `ssh-ed25519 ${key.toString('base64')}`],
	['a line of known_hosts', `host.example.com,10.0.0.1 ssh-ed25519 ${key.toString('base64')} comment`.replace(',', ' ')],
])('%s trusts the key it names, and no other', (_, text) => {
	const trusted = trustedKeys(text);
	expect(trusted.trusts(key)).toBe(true);
	expect(trusted.trusts(other)).toBe(false);
	expect(fingerprint(key)).toBe(print);
});

test('of a public key the kind is known, of a fingerprint it is not', () => {
	expect(trustedKeys(`ssh-rsa ${key.toString('base64')}`).kinds).toEqual(['rsa']);
	expect(trustedKeys(print).kinds).toEqual(['ed25519', 'ecdsa', 'rsa']);
});

test.each(['', '# nothing', 'SHA256:short', 'MD5:00:11:22', 'ssh-ed25519', '*'])('%j trusts nobody, so it is refused', (text) => {
	expect(() => trustedKeys(text)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
});
