import { type Context, Hono } from 'hono';
import type { FC } from 'hono/jsx';
import { type Reason, toWire } from '../../auth/errors.ts';
import { checkPassword } from '../../operations/authorization/password-sign-in.ts';
import { checkSecondFactor } from '../../operations/authorization/second-factor.ts';
import { beginSession, completeSession, endSession, type Session } from '../../operations/authorization/sessions.ts';
import { isFresh } from '../../operations/authorization/setup.ts';
import type { AppEnv } from '../bindings.ts';
import { publicOrigin } from '../public-origin.ts';
import { clearSession, csrfToken, currentSession, field, readForm, setSession, visitor } from '../session.ts';
import { Csrf, Layout, Problem } from './layout.tsx';
import { safeNext } from './next.ts';
import { page } from './page.tsx';
import { type UpstreamChoice, upstreamChoices } from './upstream.tsx';

export const signIn = new Hono<AppEnv>();

signIn.get('/sign-in', async (c) => {
	const session = await currentSession(c);
	const next = safeNext(c.req.query('next'), publicOrigin(c.env, c.req.url));
	if (session?.complete) return c.redirect(next, 303);
	if (session !== null) return c.redirect(`/sign-in/second-factor?next=${encodeURIComponent(next)}`, 303);
	return showSignIn(c, { next, email: '', reason: null });
});

signIn.post('/sign-in', async (c) => {
	const form = await readForm(c, null);
	const { store, clock } = c.var.operations;
	const [email, next] = [field(form, 'email').trim(), safeNext(field(form, 'next'), publicOrigin(c.env, c.req.url))];
	const checked = await checkPassword(store, email, field(form, 'password'), visitor(c).network, clock());
	if (!checked.ok) return showSignIn(c, { next, email, reason: checked.reason });
	const former = (await currentSession(c))?.hash ?? null;
	const begun = await beginSession(store, checked.value.userId, { ...visitor(c), method: 'password', strong: false, former }, clock());
	setSession(c, begun.cookie, begun.expiresAt);
	return c.redirect(begun.complete ? next : `/sign-in/second-factor?next=${encodeURIComponent(next)}`, 303);
});

signIn.get('/sign-in/second-factor', async (c) => {
	const session = await currentSession(c);
	const next = safeNext(c.req.query('next'), publicOrigin(c.env, c.req.url));
	if (session === null) return c.redirect(`/sign-in?next=${encodeURIComponent(next)}`, 303);
	return session.complete ? c.redirect(next, 303) : showSecondFactor(c, session, next, null);
});

signIn.post('/sign-in/second-factor', async (c) => {
	const session = await currentSession(c);
	if (session === null || session.complete) return c.redirect('/sign-in', 303);
	const form = await readForm(c, session);
	const next = safeNext(field(form, 'next'), publicOrigin(c.env, c.req.url));
	const checked = await checkSecondFactor(c.var.operations, session.userId, field(form, 'code'));
	if (!checked.ok) return showSecondFactor(c, session, next, checked.reason);
	const done = await completeSession(c.var.operations.store, session, visitor(c), c.var.operations.clock());
	setSession(c, done.cookie, done.expiresAt);
	return c.redirect(next, 303);
});

signIn.post('/sign-out', async (c) => {
	const session = await currentSession(c);
	if (session !== null) {
		await readForm(c, session);
		await endSession(c.var.operations.store, session.userId, session.hash);
	}
	clearSession(c);
	return c.redirect('/sign-in', 303);
});

interface SignInState {
	readonly next: string;
	readonly email: string;
	readonly reason: Reason | null;
}

async function showSignIn(c: Context<AppEnv>, { next, email, reason }: SignInState) {
	const csrf = await csrfToken(c, null);
	const wire = reason === null ? null : toWire(reason);
	if (wire?.retryAfterSeconds !== undefined) c.header('Retry-After', String(wire.retryAfterSeconds));
	const status = wire === null ? 200 : wire.status === 429 ? 429 : 401;
	const fresh = await isFresh(c.var.operations);
	return page(c, <SignInPage {...{ csrf, next, email, fresh }} problem={wire?.description ?? null} upstreams={upstreamChoices(c)} />, status);
}

const SignInPage: FC<{ csrf: string; next: string; email: string; fresh: boolean; problem: string | null; upstreams: readonly UpstreamChoice[] }> = ({
	csrf,
	next,
	email,
	fresh,
	problem,
	upstreams,
}) => (
	<Layout title="Sign in" script>
		<article class="narrow">
			<h1>Sign in</h1>
			<Problem text={problem} />
			{fresh && (
				<p role="status">
					This deployment is new and has no users yet. <a href="/setup">Set it up</a> first.
				</p>
			)}
			<form method="post" action="/sign-in">
				<Csrf token={csrf} />
				<input type="hidden" name="next" value={next} />
				<label>
					Email
					<input type="email" name="email" value={email} autocomplete="username webauthn" required autofocus={email === ''} />
				</label>
				<label>
					Password
					<input type="password" name="password" autocomplete="current-password" required autofocus={email !== ''} />
				</label>
				<button type="submit">Sign in</button>
			</form>
			<form method="post" action="/sign-in/passkey" data-passkey="get" hidden>
				<Csrf token={csrf} />
				<input type="hidden" name="next" value={next} />
				<button type="submit" class="secondary">
					Sign in with a passkey
				</button>
				<p role="status" data-passkey-status />
			</form>
			{upstreams.map(({ id, label }) => (
				<form method="post" action={`/sign-in/upstream/${id}`}>
					<Csrf token={csrf} />
					<input type="hidden" name="next" value={next} />
					<button type="submit" class="secondary">
						Sign in with {label}
					</button>
				</form>
			))}
			<p>
				<small>Forgotten your password? An owner of your account can make you a link to choose a new one.</small>
			</p>
		</article>
	</Layout>
);

async function showSecondFactor(c: Context<AppEnv>, session: Session, next: string, reason: Reason | null) {
	const csrf = await csrfToken(c, session);
	const wire = reason === null ? null : toWire(reason);
	if (wire?.retryAfterSeconds !== undefined) c.header('Retry-After', String(wire.retryAfterSeconds));
	const problem =
		wire === null
			? null
			: wire.status === 429
				? wire.description
				: 'That code is not right, or it was used already. Wait for the next one, or use a recovery code.';
	return page(c, <SecondFactorPage {...{ csrf, next, problem }} email={session.email} />, wire === null ? 200 : wire.status === 429 ? 429 : 401);
}

const SecondFactorPage: FC<{ csrf: string; next: string; email: string; problem: string | null }> = ({ csrf, next, email, problem }) => (
	<Layout title="Second factor">
		<article class="narrow">
			<h1>Second factor</h1>
			<p>Signed in as {email}. Enter the six digits that your authenticator shows, or one of your recovery codes.</p>
			<Problem text={problem} />
			<form method="post" action="/sign-in/second-factor">
				<Csrf token={csrf} />
				<input type="hidden" name="next" value={next} />
				<label>
					Code
					<input name="code" autocomplete="one-time-code" inputmode="numeric" required autofocus />
				</label>
				<button type="submit">Continue</button>
			</form>
			<form method="post" action="/sign-out">
				<Csrf token={csrf} />
				<button type="submit" class="secondary">
					Cancel
				</button>
			</form>
		</article>
	</Layout>
);
