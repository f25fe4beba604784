import { type Context, Hono } from 'hono';
import type { FC } from 'hono/jsx';
import { LIMITS } from '../../auth/session.ts';
import { equalInConstantTime } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import { attempt } from '../../operations/authorization/attempts.ts';
import { beginSession } from '../../operations/authorization/sessions.ts';
import { isFresh, setUp } from '../../operations/authorization/setup.ts';
import type { AppEnv } from '../bindings.ts';
import { csrfToken, field, readForm, setSession, visitor } from '../session.ts';
import { Csrf, Layout, Problem } from './layout.tsx';
import { messagePage, page, refusalPage } from './page.tsx';

/** The first page of a fresh deployment: makes the first account and its owner, guarded by a secret that only the deployer has. */
export const setup = new Hono<AppEnv>();

/** What was typed; the secret and the password are typed again. */
interface Typed {
	readonly slug: string;
	readonly email: string;
}

setup.get('/setup', async (c) => ((await isFresh(c.var.operations)) ? show(c, { slug: '', email: '' }, null) : done(c)));

setup.post('/setup', async (c) => {
	const form = await readForm(c, null);
	const { store, clock } = c.var.operations;
	const counted = await attempt(store, LIMITS.setup, visitor(c).network, clock());
	if (!counted.ok) return refusalPage(c, counted.reason);
	const secret = c.env.HEADGATE_SETUP_SECRET ?? '';
	const input = { slug: field(form, 'account').trim(), email: field(form, 'email').trim(), password: field(form, 'password') };
	if (secret === '' || !(await equalInConstantTime(field(form, 'secret').trim(), secret)))
		return show(c, input, 'The set-up secret is not right. “npm run deploy” printed it.');
	const made = await setUp(c.var.operations, input).catch((error: unknown) => {
		if (error instanceof AppError) return error;
		throw error;
	});
	if (made instanceof AppError) return show(c, input, `${made.message}. ${made.hint}`);
	if (made === null) return done(c);
	const begun = await beginSession(store, made.userId, { ...visitor(c), method: 'setup', strong: false, former: null }, clock());
	setSession(c, begun.cookie, begun.expiresAt);
	return c.redirect(`/${made.slug}/settings/developer/connected_applications`, 303);
});

async function show(c: Context<AppEnv>, { slug, email }: Typed, problem: string | null) {
	return page(c, <SetupPage {...{ slug, email, problem }} csrf={await csrfToken(c, null)} />, problem === null ? 200 : 400);
}

function done(c: Context<AppEnv>) {
	return messagePage(c, 'Already set up', 'This deployment has its first user.', 'Sign in, or ask an owner to invite you.', 404);
}

const SetupPage: FC<Typed & { csrf: string; problem: string | null }> = ({ slug, email, csrf, problem }) => (
	<Layout title="Set up">
		<article class="narrow">
			<h1>Set up Headgate</h1>
			<p>This deployment is new. Make the first account and its owner.</p>
			<Problem text={problem} />
			<form method="post" action="/setup">
				<Csrf token={csrf} />
				<label>
					Set-up secret
					<input type="password" name="secret" autocomplete="off" required autofocus />
				</label>
				<label>
					Account (short name, in addresses)
					<input name="account" pattern="[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?" placeholder="acme" value={slug} required />
				</label>
				<label>
					Your email
					<input type="email" name="email" value={email} autocomplete="username" required />
				</label>
				<label>
					Password
					<input type="password" name="password" autocomplete="new-password" minlength={8} required />
				</label>
				<button type="submit">Create account</button>
			</form>
		</article>
	</Layout>
);
