import { type Context, Hono } from 'hono';
import type { FC } from 'hono/jsx';
import { AppError } from '../../lib/errors.ts';
import { acceptInvitation, type OpenLink, openLink, useLink } from '../../operations/authorization/one-time-links.ts';
import { beginSession } from '../../operations/authorization/sessions.ts';
import type { AppEnv } from '../bindings.ts';
import { csrfToken, currentSession, field, readForm, setSession, visitor } from '../session.ts';
import { Csrf, Layout, Problem } from './layout.tsx';
import { messagePage, page, refusalPage } from './page.tsx';

/** Links that work once: an invitation, or a new password. */
export const links = new Hono<AppEnv>();

links.get('/links/:secret', async (c) => show(c, null));

links.post('/links/:secret', async (c) => {
	const session = await currentSession(c);
	const form = await readForm(c, session);
	const secret = c.req.param('secret');
	if (session?.complete && field(form, 'accept') === '1') {
		const accepted = await acceptInvitation(c.var.operations, secret, session);
		return accepted.ok ? c.redirect('/', 303) : gone(c);
	}
	const used = await useLink(c.var.operations, secret, field(form, 'password')).catch((error: unknown) => {
		if (error instanceof AppError) return error;
		throw error;
	});
	if (used instanceof AppError) return show(c, `${used.message}. ${used.hint}`);
	if (!used.ok) return gone(c);
	const { store, clock } = c.var.operations;
	const begun = await beginSession(store, used.value.userId, { ...visitor(c), method: 'link', strong: false, former: session?.hash ?? null }, clock());
	setSession(c, begun.cookie, begun.expiresAt);
	return c.redirect('/', 303);
});

async function show(c: Context<AppEnv>, problem: string | null) {
	const found = await openLink(c.var.operations, c.req.param('secret') ?? '', visitor(c).network);
	if (!found.ok) return found.reason.tag === 'too_many_attempts' ? refusalPage(c, found.reason) : gone(c);
	const session = await currentSession(c);
	const csrf = await csrfToken(c, session);
	const mine = session?.complete === true && session.email === found.value.link.email;
	return page(c, <LinkPage found={found.value} secret={c.req.param('secret') ?? ''} {...{ csrf, mine, problem }} />, problem === null ? 200 : 400);
}

function gone(c: Context<AppEnv>) {
	return messagePage(c, 'This link does not work', 'It was used already, is too old, or was withdrawn.', 'Ask an owner of the account for a new one.', 404);
}

const LinkPage: FC<{ found: OpenLink; secret: string; csrf: string; mine: boolean; problem: string | null }> = ({ found, secret, csrf, mine, problem }) => {
	const { link, account, signInFirst } = found;
	const title = link.kind === 'invite' ? `Join ${account.name}` : 'Choose a new password';
	return (
		<Layout title={title}>
			<article class="narrow">
				<h1>{title}</h1>
				{link.kind === 'invite' && (
					<p>
						{link.email} is invited to the Headgate account <strong>{account.slug}</strong> as {link.role}.
					</p>
				)}
				<Problem text={problem} />
				{signInFirst && !mine ? (
					<p>
						There is a sign-in for that address already. <a href={`/sign-in?next=${encodeURIComponent(`/links/${secret}`)}`}>Sign in</a> as {link.email} to
						join.
					</p>
				) : (
					<form method="post">
						<Csrf token={csrf} />
						{signInFirst ? (
							<input type="hidden" name="accept" value="1" />
						) : (
							<>
								<input type="hidden" name="email" value={link.email} autocomplete="username" />
								<label>
									New password
									<input type="password" name="password" autocomplete="new-password" minlength={8} required autofocus />
								</label>
							</>
						)}
						<button type="submit">{link.kind === 'invite' ? 'Join' : 'Change password'}</button>
					</form>
				)}
			</article>
		</Layout>
	);
};
