import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { type Context, Hono } from 'hono';
import * as z from 'zod';
import { type Reason, toWire } from '../../auth/errors.ts';
import { CHALLENGE_MS } from '../../auth/session.ts';
import { AppError } from '../../lib/errors.ts';
import type { RelyingParty } from '../../operations/authorization/passkey-ceremony.ts';
import { beginSession } from '../../operations/authorization/sessions.ts';
import type { AppEnv } from '../bindings.ts';
import { publicOrigin } from '../public-origin.ts';
import { currentSession, field, pageKey, readForm, setSession, visitor } from '../session.ts';
import { signedIn } from './member.ts';
import { safeNext } from './next.ts';

/** The two steps of each passkey ceremony: options with a sealed challenge, then the browser's answer. Called by the small script. */
export const passkeyRoutes = new Hono<AppEnv>();

/** Loaded at the first ceremony: it is the largest part of signing in, and most requests are none. */
const ceremony = () => import('../../operations/authorization/passkey-ceremony.ts');

passkeyRoutes.post('/settings/security/passkeys', async (c) => {
	const session = await signedIn(c);
	const form = await readForm(c, session);
	const { addPasskey, passkeyCreation } = await ceremony();
	const answer = field(form, 'answer');
	if (answer === '') {
		const options = await passkeyCreation(c.var.operations, session, party(c));
		return c.json({ options, sealed: await sealed(c, session.hash, options.challenge) });
	}
	const challenge = await opened(c, session.hash, field(form, 'sealed'));
	const response = credential<RegistrationResponseJSON>(answer);
	const added = await addPasskey(c.var.operations, session.userId, party(c), { challenge, name: field(form, 'name'), response });
	if (!added.ok) throw notTaken();
	return c.json({ next: '/settings/security' });
});

passkeyRoutes.post('/sign-in/passkey', async (c) => {
	const form = await readForm(c, null);
	const { checkPasskey, passkeyRequest } = await ceremony();
	const answer = field(form, 'answer');
	if (answer === '') {
		const options = await passkeyRequest(party(c));
		return c.json({ options, sealed: await sealed(c, '', options.challenge) });
	}
	const challenge = await opened(c, '', field(form, 'sealed'));
	const response = credential<AuthenticationResponseJSON>(answer);
	const checked = await checkPasskey(c.var.operations, party(c), { challenge, response, network: visitor(c).network });
	if (!checked.ok) throw refused(c, checked.reason);
	const former = (await currentSession(c))?.hash ?? null;
	const { store, clock } = c.var.operations;
	const begun = await beginSession(store, checked.value.userId, { ...visitor(c), method: 'passkey', strong: true, former }, clock());
	setSession(c, begun.cookie, begun.expiresAt);
	return c.json({ next: safeNext(field(form, 'next'), party(c).origin) });
});

function party(c: Context<AppEnv>): RelyingParty {
	const origin = publicOrigin(c.env, c.req.url);
	return { origin, host: new URL(origin).hostname };
}

const credentialShape = z.looseObject({ id: z.string().min(1).max(1024), rawId: z.string(), type: z.literal('public-key'), response: z.looseObject({}) });

/** What the browser answered, as far as it is looked at here; the rest is checked with its signature. */
function credential<Answer>(text: string): Answer {
	try {
		return credentialShape.parse(JSON.parse(text)) as unknown as Answer;
	} catch {
		throw notTaken();
	}
}

async function sealed(c: Context<AppEnv>, session: string, challenge: string): Promise<string> {
	return (await pageKey(c.env)).seal('passkey challenge', session, challenge, c.var.operations.clock() + CHALLENGE_MS);
}

async function opened(c: Context<AppEnv>, session: string, text: string): Promise<string> {
	const challenge = await (await pageKey(c.env)).open('passkey challenge', session, text, c.var.operations.clock());
	if (typeof challenge === 'string') return challenge;
	throw notTaken();
}

function refused(c: Context<AppEnv>, reason: Reason): AppError {
	if (reason.tag !== 'too_many_attempts') return notTaken();
	c.header('Retry-After', String(reason.retryAfterSeconds));
	return new AppError('rate_limited', toWire(reason).description);
}

function notTaken(): AppError {
	return new AppError('forbidden', 'The passkey was not accepted.', { hint: 'Try again, or sign in another way.' });
}
