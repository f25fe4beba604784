import { type Context, Hono } from 'hono';
import { resourceUrl } from '../../auth/resource.ts';
import { AppError } from '../../lib/errors.ts';
import { DAY } from '../../lib/time.ts';
import { effectiveScopes } from '../../model/principal.ts';
import { listConnectedApplications, renameApplication, revokeApplication } from '../../operations/authorization/connected-applications.ts';
import type { MemberSession } from '../../operations/authorization/member-session.ts';
import { createToken } from '../../operations/provisioning/tokens.ts';
import { publishedToMember } from '../../operations/publishing/published.ts';
import type { AppEnv } from '../bindings.ts';
import { publicOrigin } from '../public-origin.ts';
import { field, readForm, tickedScopes } from '../session.ts';
import { ApplicationsPage, HERE } from './applications-page.tsx';
import { extensionFile } from './extension.ts';
import { type Visit, visit } from './member.ts';
import { FRESH_TOKEN, NewConnectionPage, TokenPage, type WantedToken } from './new-connection-page.tsx';
import { page } from './page.tsx';
import { snippets } from './snippets.ts';

/** Settings → Developer → Connected Applications. */
export const applications = new Hono<AppEnv>();

applications.get(`/:account/settings/${HERE}`, async (c) => {
	const { member, viewer } = await visit(c);
	const list = await listConnectedApplications(c.var.operations, member);
	return page(c, <ApplicationsPage {...{ viewer, member }} url={gatewayUrl(c, member.account.slug)} applications={list} extension={extensionFile(c.env)} />);
});

applications.get(`/:account/settings/${HERE}/new`, async (c) => showNew(c, await visit(c), FRESH_TOKEN, null));

applications.post(`/:account/settings/${HERE}`, async (c) => {
	const visited = await visit(c);
	const { session, member, viewer } = visited;
	const form = await readForm(c, session);
	const tools = tickedTools(await offeredTools(c, member), form);
	const wanted: WantedToken = {
		name: field(form, 'name'),
		scopes: tickedScopes(form),
		readOnly: field(form, 'read_only') === '1',
		days: field(form, 'days'),
		tools: tools ?? [],
	};
	const made = await createToken(c.var.operations, {
		account: member.account.slug,
		user: member.email,
		name: wanted.name,
		scopes: wanted.scopes.filter((scope) => effectiveScopes(member.role, ['admin'], false).has(scope)),
		expires_in: wanted.days === '' ? null : Number(wanted.days) * DAY,
		read_only: wanted.readOnly,
		tools,
	}).catch((error: unknown) => {
		if (error instanceof AppError) return error;
		throw error;
	});
	if (made instanceof AppError) return showNew(c, visited, wanted, `${made.message}. ${made.hint}`);
	return page(c, <TokenPage {...{ viewer, member }} name={made.name} token={made.token} ready={snippets(gatewayUrl(c, member.account.slug), made.token)} />);
});

applications.post(`/:account/settings/${HERE}/:id/revoke`, async (c) => {
	const { session, member } = await visit(c);
	await readForm(c, session);
	await revokeApplication(c.var.operations, member, Number(c.req.param('id')));
	return c.redirect(`/${member.account.slug}/settings/${HERE}`, 303);
});

applications.post(`/:account/settings/${HERE}/:id/rename`, async (c) => {
	const { session, member } = await visit(c);
	const form = await readForm(c, session);
	await renameApplication(c.var.operations, member, Number(c.req.param('id')), field(form, 'name'));
	return c.redirect(`/${member.account.slug}/settings/${HERE}`, 303);
});

async function showNew(c: Context<AppEnv>, { member, viewer }: Visit, wanted: WantedToken, problem: string | null) {
	const allowed = effectiveScopes(member.role, ['admin'], false);
	const tools = c.req.query('tools') === 'choose' ? await offeredTools(c, member) : null;
	return page(c, <NewConnectionPage {...{ viewer, member, allowed, tools, wanted, problem }} />, problem === null ? 200 : 400);
}

/** The gateway's tools, and the account's published ones that this member may run. */
async function offeredTools(c: Context<AppEnv>, { account, userId, role }: MemberSession) {
	return [...c.var.tools, ...(await publishedToMember(c.var.operations, { accountId: account.id, userId, role }))];
}

/** Null for all. A name that is no tool is left out, but never makes "only these" into "all". */
function tickedTools(offered: readonly { readonly name: string }[], form: FormData): readonly string[] | null {
	const ticked = new Set(form.getAll('tool'));
	return ticked.size === 0 ? null : offered.map(({ name }) => name).filter((name) => ticked.has(name));
}

function gatewayUrl(c: Context<AppEnv>, slug: string): string {
	return resourceUrl(publicOrigin(c.env, c.req.url), slug);
}
