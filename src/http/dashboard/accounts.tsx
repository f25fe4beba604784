import type { Context, Next } from 'hono';
import type { FC } from 'hono/jsx';
import { resourceUrl } from '../../auth/resource.ts';
import { type AccountMembership, accountsOf } from '../../operations/authorization/accounts.ts';
import type { AppEnv } from '../bindings.ts';
import { publicOrigin } from '../public-origin.ts';
import { csrfToken, currentSession } from '../session.ts';
import { Layout, SECTIONS, type Viewer } from './layout.tsx';
import { page } from './page.tsx';

/** A signed-in person's first page; everybody else gets the one after it. */
export async function accounts(c: Context<AppEnv>, next: Next) {
	const session = await currentSession(c);
	if (!session?.complete) return next();
	const [list, csrf] = await Promise.all([accountsOf(c.var.operations.store, session.userId), csrfToken(c, session)]);
	return page(c, <AccountsPage viewer={{ email: session.email, csrf }} list={list} origin={publicOrigin(c.env, c.req.url)} />);
}

const AccountsPage: FC<{ viewer: Viewer; list: readonly AccountMembership[]; origin: string }> = ({ viewer, list, origin }) => (
	<Layout title="Your accounts" viewer={viewer}>
		<h1>Your accounts</h1>
		{list.length === 0 && <p>You belong to no account. An owner of one can invite you.</p>}
		<div class="cards">
			{list.map(({ slug, name, role, gatewayEnabled }) => (
				<article>
					<h2>{name}</h2>
					<p>
						{slug}, you are {role}
						{!gatewayEnabled && '; its gateway is switched off'}
					</p>
					<p>
						<code>{resourceUrl(origin, slug)}</code>
					</p>
					<ul class="plain">
						{SECTIONS.map(([path, label]) => (
							<li>
								<a href={`/${slug}/settings/${path}`}>{label}</a>
							</li>
						))}
					</ul>
				</article>
			))}
		</div>
	</Layout>
);
