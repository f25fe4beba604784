import { type Context, Hono } from 'hono';
import { AppError } from '../../lib/errors.ts';
import type { AppEnv } from '../bindings.ts';
import { tell } from '../errors.ts';
import { auditedPage } from '../middleware/audited-page.ts';
import { authorize } from '../oauth/authorize.tsx';
import { accounts } from './accounts.tsx';
import { applications } from './applications.tsx';
import { assets } from './assets.ts';
import { connections } from './connections.tsx';
import { hooks } from './hooks.tsx';
import { SECTIONS } from './layout.tsx';
import { links } from './links.tsx';
import { SignInNeeded } from './member.ts';
import { members } from './members.tsx';
import { oauthClients } from './oauth-clients.tsx';
import { messagePage } from './page.tsx';
import { passkeyRoutes } from './passkey-routes.ts';
import { security } from './security.tsx';
import { setup } from './setup.tsx';
import { signIn } from './sign-in.tsx';
import { upstream } from './upstream.tsx';

/** The pages for people. Each group keeps its own routes; what goes wrong is told on a page. */
export const dashboard = new Hono<AppEnv>();

dashboard.onError(onError);
dashboard.use('/:account/settings/*', auditedPage);
dashboard.get('/', accounts);
// What people type, or get by shortening an address.
dashboard.get('/settings', (c) => c.redirect('/settings/security', 303));
dashboard.get('/:account/settings', (c) => c.redirect(`/${encodeURIComponent(c.req.param('account'))}/settings/${SECTIONS[0][0]}`, 303));
for (const group of [assets, signIn, passkeyRoutes, upstream, setup, links, security, authorize, applications, oauthClients, connections, hooks, members]) {
	dashboard.route('/', group);
}

function onError(error: Error, c: Context<AppEnv>) {
	if (error instanceof SignInNeeded) return c.redirect(`/sign-in?next=${encodeURIComponent(error.next)}`, 303);
	const { status, message, hint } = tell(error, c);
	const wantsJson = c.req.header('sec-fetch-mode') === 'cors' || (c.req.header('accept') ?? '').startsWith('application/json');
	if (wantsJson) return c.json({ error: { message, hint } }, status);
	return messagePage(c, error instanceof AppError ? 'This cannot be done' : 'Something went wrong', message, hint, status);
}
