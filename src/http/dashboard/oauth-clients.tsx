import { type Context, Hono } from 'hono';
import type { FC } from 'hono/jsx';
import { ALL_SCOPES, DEFAULT_SCOPES } from '../../auth/scopes.ts';
import { AppError } from '../../lib/errors.ts';
import type { MemberSession } from '../../operations/authorization/member-session.ts';
import {
	createStaticClient,
	deleteStaticClient,
	type NewStaticClient,
	type StaticClient,
	staticClients,
} from '../../operations/authorization/static-clients.ts';
import type { AppEnv } from '../bindings.ts';
import { publicOrigin } from '../public-origin.ts';
import { field, readForm, tickedScopes } from '../session.ts';
import { ScopeBoxes } from './fields.tsx';
import { When } from './format.tsx';
import { Csrf, Layout, Problem, type Viewer } from './layout.tsx';
import { type Visit, visit } from './member.ts';
import { page } from './page.tsx';
import { clientSnippets, type Snippet } from './snippets.ts';

const HERE = 'developer/oauth_clients';

/** What the form says; it comes back as it was typed where it was refused. */
const FRESH: NewStaticClient = { name: '', redirectUris: [], scopes: DEFAULT_SCOPES, automation: false, skipConsent: false };

/** Pre-registered confidential clients, for `mcp-remote --static-oauth-client-info` and automation. */
export const oauthClients = new Hono<AppEnv>();

oauthClients.get(`/:account/settings/${HERE}`, async (c) => show(c, await visit(c), FRESH, null));

oauthClients.post(`/:account/settings/${HERE}`, async (c) => {
	const visited = await visit(c);
	const form = await readForm(c, visited.session);
	const wanted: NewStaticClient = {
		name: field(form, 'name'),
		redirectUris: field(form, 'redirect_uris').split(/\s+/),
		scopes: tickedScopes(form),
		automation: field(form, 'automation') === '1',
		skipConsent: field(form, 'skip_consent') === '1',
	};
	const made = await createStaticClient(c.var.operations, visited.member, wanted).catch((error: unknown) => {
		if (error instanceof AppError) return error;
		throw error;
	});
	if (made instanceof AppError) return show(c, visited, wanted, `${made.message}. ${made.hint}`);
	const ready = clientSnippets(publicOrigin(c.env, c.req.url), visited.member.account.slug, { ...wanted, ...made });
	return page(c, <SecretPage {...visited} {...made} name={wanted.name} ready={ready} />);
});

oauthClients.post(`/:account/settings/${HERE}/:id/remove`, async (c) => {
	const { session, member } = await visit(c);
	await readForm(c, session);
	await deleteStaticClient(c.var.operations, member, c.req.param('id'));
	return c.redirect(`/${member.account.slug}/settings/${HERE}`, 303);
});

async function show(c: Context<AppEnv>, { member, viewer }: Visit, wanted: NewStaticClient, problem: string | null) {
	const clients = await staticClients(c.var.operations, member);
	return page(c, <ClientsPage {...{ viewer, member, clients, wanted, problem }} />, problem === null ? 200 : 400);
}

const ClientsPage: FC<{ viewer: Viewer; member: MemberSession; clients: readonly StaticClient[]; wanted: NewStaticClient; problem: string | null }> = ({
	viewer,
	member,
	clients,
	wanted,
	problem,
}) => (
	<Layout title="OAuth clients" viewer={viewer} account={member.account} here={HERE}>
		<h1>OAuth clients</h1>
		<p>
			Most assistants register themselves. A client registered here has an id and a secret: for <code>mcp-remote --static-oauth-client-info</code>, and for
			automation that signs in without a person.
		</p>
		{clients.length > 0 && (
			<table>
				<thead>
					<tr>
						<th scope="col">Name</th>
						<th scope="col">Client id</th>
						<th scope="col">Scopes</th>
						<th scope="col">Created</th>
						<th scope="col">Action</th>
					</tr>
				</thead>
				<tbody>
					{clients.map(({ id, name, scopes, createdAt }) => (
						<tr>
							<td>
								<strong>{name}</strong>
							</td>
							<td data-label="Client id">
								<code>{id}</code>
							</td>
							<td data-label="Scopes">{scopes}</td>
							<td data-label="Created">
								<When at={createdAt} day />
							</td>
							<td>
								<form method="post" action={`/${member.account.slug}/settings/${HERE}/${id}/remove`} class="inline">
									<Csrf token={viewer.csrf} />
									<button type="submit" class="danger" aria-label={`Remove ${name}`}>
										Remove
									</button>
								</form>
							</td>
						</tr>
					))}
				</tbody>
			</table>
		)}
		{member.role === 'owner' ? (
			<NewClientForm {...{ member, wanted, problem }} csrf={viewer.csrf} />
		) : (
			<p>Only an owner of the account can register clients.</p>
		)}
	</Layout>
);

const NewClientForm: FC<{ member: MemberSession; csrf: string; wanted: NewStaticClient; problem: string | null }> = ({ member, csrf, wanted, problem }) => (
	<article>
		<h2>Register a client</h2>
		<Problem text={problem} />
		<form method="post" action={`/${member.account.slug}/settings/${HERE}`}>
			<Csrf token={csrf} />
			<label>
				Name
				<input name="name" value={wanted.name} maxlength={100} required />
			</label>
			<label>
				Redirect URIs, one a line
				<textarea name="redirect_uris" rows={3} placeholder="http://localhost:6545/oauth/callback">
					{wanted.redirectUris.join('\n')}
				</textarea>
			</label>
			<ScopeBoxes legend="Scopes it can have at most" scopes={ALL_SCOPES} ticked={wanted.scopes} />
			<label class="tick">
				<input type="checkbox" name="automation" value="1" checked={wanted.automation} />
				Automation: it may sign in as itself (client credentials), acting with your rights
			</label>
			<label class="tick">
				<input type="checkbox" name="skip_consent" value="1" checked={wanted.skipConsent} />
				Skip authorization: members who sign in are not asked for consent
			</label>
			<button type="submit">Register client</button>
		</form>
	</article>
);

interface SecretProps {
	readonly viewer: Viewer;
	readonly member: MemberSession;
	readonly name: string;
	readonly id: string;
	readonly secret: string;
	readonly ready: readonly Snippet[];
}

const SecretPage: FC<SecretProps> = ({ viewer, member, name, id, secret, ready }) => (
	<Layout title="Copy the client secret" viewer={viewer} account={member.account} here={HERE} script>
		<h1>Copy the client secret</h1>
		<p class="hint">
			This is the only time the secret of <strong>{name}</strong> is shown; only its digest is kept.
		</p>
		<label>
			Client id
			<input readonly value={id} id="client-id" />
		</label>
		<label>
			Client secret
			<input readonly value={secret} id="client-secret" autocomplete="off" spellcheck={false} />
		</label>
		{ready.map(({ id: snippet, label, where, text }) => (
			<>
				<h2>{label}</h2>
				<p>
					<small>{where}</small>
				</p>
				<pre id={`snippet-${snippet}`} tabindex={0}>
					<code>{text}</code>
				</pre>
				<button type="button" class="secondary small" data-copy={`snippet-${snippet}`} hidden>
					Copy
				</button>
			</>
		))}
		<p>
			<a href={`/${member.account.slug}/settings/${HERE}`}>Back to OAuth clients</a>
		</p>
	</Layout>
);
