import type { FC } from 'hono/jsx';
import { ALL_SCOPES, SCOPE_WORDS } from '../../auth/scopes.ts';
import type { ConnectedApplication } from '../../operations/authorization/connected-applications.ts';
import type { MemberSession } from '../../operations/authorization/member-session.ts';
import { When } from './format.tsx';
import { Csrf, Layout, Problem, type Viewer } from './layout.tsx';
import type { Snippet } from './snippets.ts';

export const HERE = 'developer/connected_applications';

const KINDS = { oauth: 'OAuth client', pat: 'Token', client: 'Automation' } as const;

interface ListProps {
	readonly viewer: Viewer;
	readonly member: MemberSession;
	readonly url: string;
	readonly applications: readonly ConnectedApplication[];
	readonly extension: { readonly file: string; readonly staging: boolean };
}

/** OAuth clients and tokens in one list: what may reach this account, and how to end it. */
export const ApplicationsPage: FC<ListProps> = ({ viewer, member, url, applications, extension }) => (
	<Layout title="Connected Applications" viewer={viewer} account={member.account} here={HERE} script>
		<h1>Connected Applications</h1>
		<p>
			Assistants connect to <code>{url}</code>. With OAuth there is nothing to copy: add that address in your assistant and authorize in the browser.
		</p>
		<p>
			<a class="button" href={`/${member.account.slug}/settings/${HERE}/new`}>
				+ Create new connection
			</a>
		</p>
		{applications.length === 0 ? (
			<p>Nothing is connected yet.</p>
		) : (
			<div class="overflow-auto">
				<table>
					<thead>
						<tr>
							<th scope="col">Name</th>
							<th scope="col">Kind</th>
							<th scope="col">Scopes</th>
							<th scope="col">Created</th>
							<th scope="col">Last used</th>
							<th scope="col">Expires</th>
							<th scope="col">Action</th>
						</tr>
					</thead>
					<tbody>
						{applications.map((application) => (
							<Row application={application} member={member} csrf={viewer.csrf} />
						))}
					</tbody>
				</table>
			</div>
		)}
		<article>
			<h2>Quick install for Claude Desktop {extension.staging && <mark>Staging build</mark>}</h2>
			<p>Download the extension, drag it onto Settings → Extensions in Claude Desktop, and give it this account's name and a token.</p>
			<a class="button secondary" href={`/downloads/${extension.file}`}>
				Download Claude Desktop extension
			</a>
		</article>
	</Layout>
);

const Row: FC<{ application: ConnectedApplication; member: MemberSession; csrf: string }> = ({ application, member, csrf }) => {
	const { id, name, kind, scopes, owner, from, createdAt, lastUsedAt, expiresAt, ended } = application;
	const path = `/${member.account.slug}/settings/${HERE}/${id}`;
	return (
		<tr>
			<td>
				<strong>{name}</strong>
				<br />
				<small>
					{owner}
					{from !== null && ` · ${from}`}
				</small>
			</td>
			<td>{KINDS[kind]}</td>
			<td>
				{scopes.join(', ')}
				{application.readOnly && ' (read-only)'}
				{application.tools !== null && (
					<details>
						<summary>{application.tools.length === 1 ? 'only 1 tool' : `only ${application.tools.length} tools`}</summary>
						<small>{application.tools.join(', ')}</small>
					</details>
				)}
			</td>
			<td>
				<When at={createdAt} />
			</td>
			<td>{lastUsedAt === null ? 'never' : <When at={lastUsedAt} />}</td>
			<td>{expiresAt === null ? 'never' : <When at={expiresAt} />}</td>
			<td>
				{ended !== null ? (
					<small>
						Ended <When at={ended.at} />: {ended.reason}
					</small>
				) : (
					<>
						<form method="post" action={`${path}/revoke`} class="inline">
							<Csrf token={csrf} />
							<button type="submit" class="secondary" aria-label={`Revoke ${name}`}>
								Revoke
							</button>
						</form>
						<details>
							<summary>Rename</summary>
							<form method="post" action={`${path}/rename`}>
								<Csrf token={csrf} />
								<label>
									New name
									<input name="name" value={name} maxlength={100} required />
								</label>
								<button type="submit" class="secondary">
									Rename
								</button>
							</form>
						</details>
					</>
				)}
			</td>
		</tr>
	);
};

interface NewProps {
	readonly viewer: Viewer;
	readonly member: MemberSession;
	readonly allowed: ReadonlySet<string>;
	readonly tools: readonly { readonly name: string; readonly title: string }[];
	readonly problem: string | null;
}

export const NewConnectionPage: FC<NewProps> = ({ viewer, member, allowed, tools, problem }) => (
	<Layout title="Create new connection" viewer={viewer} account={member.account} here={HERE}>
		<h1>Create new connection</h1>
		<p>A personal access token for one assistant or device. One each, so that revoking stays surgical.</p>
		<Problem text={problem} />
		<form method="post" action={`/${member.account.slug}/settings/${HERE}`}>
			<Csrf token={viewer.csrf} />
			<label>
				Name
				<input name="name" placeholder="Claude Desktop on MacBook" maxlength={100} required autofocus />
			</label>
			<fieldset>
				<legend>Scopes</legend>
				{ALL_SCOPES.filter((scope) => allowed.has(scope)).map((scope) => (
					<label>
						<input type="checkbox" name="scope" value={scope} checked={scope !== 'admin'} />
						<span>
							<code>{scope}</code> {SCOPE_WORDS[scope]}
						</span>
					</label>
				))}
			</fieldset>
			<label>
				<input type="checkbox" name="read_only" value="1" />
				Read-only, whatever the scopes say
			</label>
			<label>
				Expires
				<select name="days">
					<option value="30">in 30 days</option>
					<option value="90" selected>
						in 90 days
					</option>
					<option value="365">in 365 days</option>
					<option value="3650">in 10 years</option>
					<option value="">never</option>
				</select>
			</label>
			<details>
				<summary>Only some tools</summary>
				<fieldset>
					<legend>Tick the only tools it may see; none ticked means all.</legend>
					{tools.map(({ name, title }) => (
						<label>
							<input type="checkbox" name="tool" value={name} />
							<span>
								<code>{name}</code> {title}
							</span>
						</label>
					))}
				</fieldset>
			</details>
			<button type="submit">Create token</button>
		</form>
	</Layout>
);

/** The one time the token is shown. */
export const TokenPage: FC<{ viewer: Viewer; member: MemberSession; name: string; token: string; ready: readonly Snippet[] }> = ({
	viewer,
	member,
	name,
	token,
	ready,
}) => (
	<Layout title="Copy your token" viewer={viewer} account={member.account} here={HERE} script>
		<h1>Copy your token</h1>
		<p>
			This is the only time the token of <strong>{name}</strong> is shown; only its digest is kept. Lose it, and you make another.
		</p>
		<label>
			Token
			<input readonly value={token} id="token" autocomplete="off" spellcheck={false} />
		</label>
		<button type="button" data-copy="token" hidden>
			Copy
		</button>
		<h2>Ready to paste</h2>
		{ready.map(({ id, label, where, text }, index) => (
			<details open={index === 0}>
				<summary>{label}</summary>
				<p>
					<small>{where}</small>
				</p>
				<pre id={`snippet-${id}`} tabindex={0}>
					<code>{text}</code>
				</pre>
				<button type="button" class="secondary" data-copy={`snippet-${id}`} hidden>
					Copy
				</button>
			</details>
		))}
		<p>
			<a href={`/${member.account.slug}/settings/${HERE}`}>Back to Connected Applications</a>
		</p>
	</Layout>
);
