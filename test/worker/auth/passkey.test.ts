import { beforeEach, describe, expect, test } from 'vitest';
import { checkPasskey, passkeyRequest } from '../../../src/operations/authorization/passkey-ceremony.ts';
import type { OperationContext } from '../../../src/operations/context.ts';
import { insertPasskey } from '../../../src/store/passkeys.ts';
import { freshGateway } from '../../support/fresh-gateway.ts';
import { anOwner, world } from '../operations/world.ts';

beforeEach(freshGateway);

const PARTY = { origin: 'https://headgate.test', host: 'headgate.test' };
const PRESENT_AND_VERIFIED = 0x05;
const base64url = (bytes: Uint8Array) =>
	btoa(String.fromCharCode(...bytes))
		.replaceAll('+', '-')
		.replaceAll('/', '_')
		.replaceAll('=', '');
const bytes = (text: string) => new Uint8Array(new TextEncoder().encode(text));
const sha256 = async (data: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest('SHA-256', data));

/** An authenticator in a few lines: an ES256 key whose counter stays 0, as that of synchronised passkeys does. */
async function anAuthenticator(context: OperationContext, userId: number) {
	const keys = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])) as CryptoKeyPair;
	const point = new Uint8Array((await crypto.subtle.exportKey('raw', keys.publicKey)) as ArrayBuffer);
	// COSE_Key (RFC 9053 §7.1.1): EC2, ES256, P-256, x, y.
	const publicKey = new Uint8Array([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20, ...point.slice(1, 33), 0x22, 0x58, 0x20, ...point.slice(33)]);
	const id = base64url(crypto.getRandomValues(new Uint8Array(16)));
	await insertPasskey(context.store, { id, userId, name: 'Key', publicKey, counter: 0, transports: [], createdAt: 0, lastUsedAt: null });
	return async (challenge: string, { origin = PARTY.origin, flags = PRESENT_AND_VERIFIED, counter = 0 } = {}) => {
		const clientData = bytes(JSON.stringify({ type: 'webauthn.get', challenge, origin }));
		const data = new Uint8Array([...(await sha256(bytes(PARTY.host))), flags, 0, 0, 0, counter]);
		const signed = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, new Uint8Array([...data, ...(await sha256(clientData))]));
		const response = { clientDataJSON: base64url(clientData), authenticatorData: base64url(data), signature: base64url(der(new Uint8Array(signed))) };
		return { id, rawId: id, type: 'public-key' as const, clientExtensionResults: {}, response };
	};
}

/** The two halves of a raw signature as WebAuthn has them: a DER sequence of two integers. */
function der(raw: Uint8Array): Uint8Array {
	const integer = (half: Uint8Array) => {
		const start = half.findIndex((byte) => byte !== 0);
		const trimmed = [...half.slice(Math.max(start, 0))];
		const positive = (trimmed[0] ?? 0) >= 0x80 ? [0, ...trimmed] : trimmed;
		return [2, positive.length, ...positive];
	};
	const both = [...integer(raw.slice(0, 32)), ...integer(raw.slice(32))];
	return new Uint8Array([0x30, both.length, ...both]);
}

async function aSignIn() {
	const { context } = world();
	const { principal } = await anOwner(context, 'acme');
	const answer = await anAuthenticator(context, principal.user.id);
	const { challenge } = await passkeyRequest(PARTY);
	const check = (response: Awaited<ReturnType<typeof answer>>, asked = challenge) =>
		checkPasskey(context, PARTY, { challenge: asked, response, network: 'local' });
	return { userId: principal.user.id, challenge, answer, check };
}

describe('the answer of a passkey', () => {
	test('says whose it is', async () => {
		const { userId, challenge, answer, check } = await aSignIn();
		expect(await check(await answer(challenge))).toEqual({ ok: true, value: { userId } });
	});

	test('is taken once, also when two requests bring it at the same moment', async () => {
		const { challenge, answer, check } = await aSignIn();
		const given = await answer(challenge);
		const both = await Promise.all([check(given), check(given)]);
		expect(both.map(({ ok }) => ok).sort()).toEqual([false, true]);
		expect((await check(given)).ok).toBe(false);
	});

	test('is refused from another site, without user verification, for another challenge, and when its counter went back', async () => {
		const { challenge, answer, check } = await aSignIn();
		const fresh = async () => (await passkeyRequest(PARTY)).challenge;
		expect((await check(await answer(challenge, { origin: 'https://evil.test' }))).ok).toBe(false);
		const [unverified, foreign, first, copied] = [await fresh(), await fresh(), await fresh(), await fresh()];
		expect((await check(await answer(unverified, { flags: 0x01 }), unverified)).ok).toBe(false);
		expect((await check(await answer(foreign), await fresh())).ok).toBe(false);
		expect((await check(await answer(first, { counter: 7 }), first)).ok).toBe(true);
		expect((await check(await answer(copied, { counter: 7 }), copied)).ok).toBe(false);
	});
});
