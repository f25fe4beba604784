import { type Context, Hono } from 'hono';
import type { FC } from 'hono/jsx';
import { AppError } from '../../lib/errors.ts';
import { type Role, roleSchema } from '../../model/principal.ts';
import { endMembership, type MemberItem, members as membersOf, setRole, switchGateway } from '../../operations/authorization/members.ts';
import { type Invitation, invitations, invite, passwordReset, withdrawInvitation } from '../../operations/authorization/one-time-links.ts';
import type { AppEnv } from '../bindings.ts';
import { publicOrigin } from '../public-origin.ts';
import { field, readForm } from '../session.ts';
import { RoleSelect } from './fields.tsx';
import { When } from './format.tsx';
import { Csrf, Layout } from './layout.tsx';
import { type Visit, visit } from './member.ts';
import { page } from './page.tsx';

const HERE = 'members';

/** Who belongs to an account and as what; invitations; the switch of its gateway. */
export const members = new Hono<AppEnv>();

members.get('/:account/settings/members', async (c) => show(c, await visit(c)));

members.post('/:account/settings/members', async (c) => {
	const visited = await visit(c);
	const form = await readForm(c, visited.session);
	const secret = await invite(c.var.operations, visited.member, field(form, 'email'), role(form));
	return showLink(c, visited, `Invitation for ${field(form, 'email')}`, `${publicOrigin(c.env, c.req.url)}/links/${secret}`, 'seven days');
});

members.post('/:account/settings/members/:user/reset', async (c) => {
	const visited = await visit(c);
	await readForm(c, visited.session);
	const secret = await passwordReset(c.var.operations, visited.member, Number(c.req.param('user')));
	return showLink(c, visited, 'New password', `${publicOrigin(c.env, c.req.url)}/links/${secret}`, 'one day');
});

members.post('/:account/settings/members/:user/role', async (c) => {
	const { session, member } = await visit(c);
	const form = await readForm(c, session);
	await setRole(c.var.operations, member, Number(c.req.param('user')), role(form));
	return c.redirect(`/${member.account.slug}/settings/members`, 303);
});

members.post('/:account/settings/members/:user/remove', async (c) => {
	const { session, member } = await visit(c);
	await readForm(c, session);
	await endMembership(c.var.operations, member, Number(c.req.param('user')));
	return c.redirect(`/${member.account.slug}/settings/members`, 303);
});

members.post('/:account/settings/invitations/:hash/withdraw', async (c) => {
	const { session, member } = await visit(c);
	await readForm(c, session);
	await withdrawInvitation(c.var.operations, member, c.req.param('hash'));
	return c.redirect(`/${member.account.slug}/settings/members`, 303);
});

members.post('/:account/settings/gateway', async (c) => {
	const { session, member } = await visit(c);
	const form = await readForm(c, session);
	await switchGateway(c.var.operations, member, field(form, 'enabled') === '1');
	return c.redirect(`/${member.account.slug}/settings/members`, 303);
});

function role(form: FormData): Role {
	const parsed = roleSchema.safeParse(field(form, 'role'));
	if (parsed.success) return parsed.data;
	throw new AppError('invalid_input', `the role is ${JSON.stringify(field(form, 'role').slice(0, 40))}`, {
		hint: `A role is ${roleSchema.options.join(', ')}.`,
	});
}

async function show(c: Context<AppEnv>, visited: Visit) {
	const { operations } = c.var;
	const [list, open] = await Promise.all([membersOf(operations, visited.member), invitations(operations, visited.member)]);
	return page(c, <MembersPage {...visited} list={list} open={open} />);
}

function showLink(c: Context<AppEnv>, { member, viewer }: Visit, title: string, link: string, life: string) {
	return page(
		c,
		<Layout title={title} viewer={viewer} account={member.account} here={HERE} script>
			<h1>{title}</h1>
			<p class="hint">Send this link over a channel you trust. It works once, within {life}, and is shown only here.</p>
			<label>
				Link
				<input readonly value={link} id="link" />
			</label>
			<button type="button" data-copy="link" hidden>
				Copy
			</button>
			<p>
				<a href={`/${member.account.slug}/settings/members`}>Back to members</a>
			</p>
		</Layout>,
	);
}

const MembersPage: FC<Visit & { list: readonly MemberItem[]; open: readonly Invitation[] }> = ({ member, viewer, list, open }) => {
	const base = `/${member.account.slug}/settings`;
	const owner = member.role === 'owner';
	return (
		<Layout title="Members" viewer={viewer} account={member.account} here={HERE}>
			<h1>Members</h1>
			<table>
				<thead>
					<tr>
						<th scope="col">Email</th>
						<th scope="col">Role</th>
						<th scope="col">Since</th>
						{owner && <th scope="col">Action</th>}
					</tr>
				</thead>
				<tbody>
					{list.map(({ userId, email, role: present, since }) => (
						<tr>
							<td>
								<strong>{email}</strong>
							</td>
							<td data-label="Role">{present}</td>
							<td data-label="Since">
								<When at={since} day />
							</td>
							{owner && (
								<td>
									<details>
										<summary>Change</summary>
										<form method="post" action={`${base}/members/${userId}/role`}>
											<Csrf token={viewer.csrf} />
											<RoleSelect chosen={present} label={`Role of ${email}`} />
											<button type="submit" class="small">
												Save role
											</button>
										</form>
										<form method="post" action={`${base}/members/${userId}/reset`}>
											<Csrf token={viewer.csrf} />
											<button type="submit" class="secondary small">
												Make password link
											</button>
										</form>
										<form method="post" action={`${base}/members/${userId}/remove`}>
											<Csrf token={viewer.csrf} />
											<button type="submit" class="danger small" aria-label={`Remove ${email}`}>
												Remove
											</button>
										</form>
									</details>
								</td>
							)}
						</tr>
					))}
				</tbody>
			</table>
			{open.length > 0 && (
				<>
					<h2>Open invitations</h2>
					<ul class="plain">
						{open.map(({ hash, email, role: invited, expiresAt }) => (
							<li>
								{email} as {invited}, until <When at={expiresAt} />
								{owner && (
									<form method="post" action={`${base}/invitations/${hash}/withdraw`} class="inline">
										<Csrf token={viewer.csrf} />
										<button type="submit" class="danger" aria-label={`Withdraw the invitation of ${email}`}>
											Withdraw
										</button>
									</form>
								)}
							</li>
						))}
					</ul>
				</>
			)}
			{owner && (
				<div class="cards">
					<article>
						<h2>Invite somebody</h2>
						<form method="post" action={`${base}/members`}>
							<Csrf token={viewer.csrf} />
							<label>
								Email
								<input type="email" name="email" required />
							</label>
							<RoleSelect chosen="editor" label="Role" />
							<button type="submit">Make invitation link</button>
						</form>
					</article>
					<article>
						<h2>MCP gateway</h2>
						<p>
							The gateway of this account is{' '}
							{member.gatewayEnabled ? 'on: assistants with a token or a grant can connect.' : 'off: every call is answered with 403.'}
						</p>
						<form method="post" action={`${base}/gateway`}>
							<Csrf token={viewer.csrf} />
							<input type="hidden" name="enabled" value={member.gatewayEnabled ? '0' : '1'} />
							<button type="submit" class="secondary">
								{member.gatewayEnabled ? 'Switch the gateway off' : 'Switch the gateway on'}
							</button>
						</form>
					</article>
				</div>
			)}
		</Layout>
	);
};
