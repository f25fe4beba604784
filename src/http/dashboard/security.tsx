import { type Context, Hono } from 'hono';
import { raw } from 'hono/html';
import { forgetPasskey, passkeys } from '../../operations/authorization/passkeys.ts';
import { changePassword, hasPassword } from '../../operations/authorization/password.ts';
import { confirmSecondFactor, disableSecondFactor, offerSecondFactor, secondFactorOn } from '../../operations/authorization/second-factor.ts';
import { endOtherSessions, endSession, type Session, sessionsOf } from '../../operations/authorization/sessions.ts';
import type { AppEnv } from '../bindings.ts';
import { csrfToken, field, readForm, visitor } from '../session.ts';
import { Csrf, Layout } from './layout.tsx';
import { signedIn } from './member.ts';
import { page } from './page.tsx';
import { SecurityPage } from './security-page.tsx';

/** A person's own sign-in: password, passkeys, second factor, and where they are signed in. */
export const security = new Hono<AppEnv>();

security.get('/settings/security', async (c) => show(c, await signedIn(c), null));

security.post('/settings/security/password', async (c) => {
	const session = await signedIn(c);
	const form = await readForm(c, session);
	const passwords = { current: field(form, 'current'), next: field(form, 'password') };
	const problem = await changePassword(c.var.operations, session, passwords, visitor(c).network);
	return problem === null ? c.redirect('/settings/security', 303) : show(c, session, problem);
});

security.post('/settings/security/second-factor', async (c) => {
	const session = await signedIn(c);
	await readForm(c, session);
	const { secret, uri } = await offerSecondFactor(c.var.operations, session);
	return showScan(c, session, secret, uri);
});

security.post('/settings/security/second-factor/confirm', async (c) => {
	const session = await signedIn(c);
	const form = await readForm(c, session);
	const codes = await confirmSecondFactor(c.var.operations, session.userId, field(form, 'code').replaceAll(' ', ''));
	if (!codes.ok) return show(c, session, 'That code is not right. Start the set-up again and scan the new picture.');
	return showRecoveryCodes(c, session, codes.value);
});

security.post('/settings/security/second-factor/off', async (c) => {
	const session = await signedIn(c);
	const form = await readForm(c, session);
	const off = await disableSecondFactor(c.var.operations, session.userId, field(form, 'code'));
	return off.ok ? c.redirect('/settings/security', 303) : show(c, session, 'That code is not right; the second factor is still on.');
});

security.post('/settings/security/passkeys/remove', async (c) => {
	const session = await signedIn(c);
	const form = await readForm(c, session);
	await forgetPasskey(c.var.operations, session.userId, field(form, 'id'));
	return c.redirect('/settings/security', 303);
});

security.post('/settings/security/sessions/end', async (c) => {
	const session = await signedIn(c);
	const form = await readForm(c, session);
	const hash = field(form, 'hash');
	if (hash === '') await endOtherSessions(c.var.operations.store, session.userId, session.hash);
	else await endSession(c.var.operations.store, session.userId, hash);
	return c.redirect('/settings/security', 303);
});

async function show(c: Context<AppEnv>, session: Session, problem: string | null) {
	const { operations } = c.var;
	const [on, keys, sessions, password, csrf] = await Promise.all([
		secondFactorOn(operations, session.userId),
		passkeys(operations, session.userId),
		sessionsOf(operations.store, session.userId, operations.clock()),
		hasPassword(operations, session.email),
		csrfToken(c, session),
	]);
	const viewer = { email: session.email, csrf };
	return page(c, <SecurityPage {...{ viewer, session, on, keys, sessions, password, problem }} />, problem === null ? 200 : 400);
}

async function showScan(c: Context<AppEnv>, session: Session, secret: string, uri: string) {
	// Once in a person's life: no isolate pays for it at its start.
	const [csrf, { renderSVG }] = await Promise.all([csrfToken(c, session), import('uqr')]);
	return page(
		c,
		<Layout title="Set up the second factor" viewer={{ email: session.email, csrf }}>
			<h1>Set up the second factor</h1>
			<p>Scan this with an authenticator app, or type the key in; then enter the code it shows.</p>
			<div class="qr" role="img" aria-label="The key below, to scan">
				{raw(renderSVG(uri, { pixelSize: 5 }))}
			</div>
			<p>
				Key: <code>{secret}</code>
			</p>
			<form method="post" action="/settings/security/second-factor/confirm">
				<Csrf token={csrf} />
				<label>
					Code
					<input name="code" autocomplete="one-time-code" inputmode="numeric" required autofocus />
				</label>
				<button type="submit">Turn on</button>
			</form>
		</Layout>,
	);
}

async function showRecoveryCodes(c: Context<AppEnv>, session: Session, codes: readonly string[]) {
	const csrf = await csrfToken(c, session);
	return page(
		c,
		<Layout title="Recovery codes" viewer={{ email: session.email, csrf }} script>
			<h1>Recovery codes</h1>
			<p class="hint">The second factor is on. Keep these codes: each signs you in once when the authenticator is lost. They are shown only here.</p>
			<pre id="codes" tabindex={0}>
				<code>{codes.join('\n')}</code>
			</pre>
			<button type="button" class="secondary small" data-copy="codes" hidden>
				Copy
			</button>
			<p>
				<a href="/settings/security">Back to security</a>
			</p>
		</Layout>,
	);
}
