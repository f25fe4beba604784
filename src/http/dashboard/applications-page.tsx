import type { FC } from 'hono/jsx';
import type { ConnectedApplication } from '../../operations/authorization/connected-applications.ts';
import type { MemberSession } from '../../operations/authorization/member-session.ts';
import { When } from './format.tsx';
import { Csrf, Layout, type Viewer } from './layout.tsx';

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
export const ApplicationsPage: FC<ListProps> = ({ viewer, member, url, applications, extension }) => {
	const ended = applications.flatMap((application) => (application.ended === null ? [] : [{ ...application, ended: application.ended }]));
	return (
		<Layout title="Connected Applications" viewer={viewer} account={member.account} here={HERE}>
			<h1>Connected Applications</h1>
			<p>
				Assistants connect to <code>{url}</code>. With OAuth there is nothing to copy: add that address in your assistant and authorize in the browser.
			</p>
			<p>
				<a class="button" href={`/${member.account.slug}/settings/${HERE}/new`}>
					+ Create new connection
				</a>
			</p>
			<Live applications={applications.filter((application) => application.ended === null)} member={member} csrf={viewer.csrf} />
			{ended.length > 0 && <Ended applications={ended} />}
			<article class="medium">
				<h2>Quick install for Claude Desktop {extension.staging && <mark>Staging build</mark>}</h2>
				<p>
					Download the extension, drag it onto Settings → Extensions in Claude Desktop, and give it this account's name ({member.account.slug}) and a token.
				</p>
				<a class="button" href={`/downloads/${extension.file}`}>
					Download Claude Desktop extension
				</a>
			</article>
		</Layout>
	);
};

const Live: FC<{ applications: readonly ConnectedApplication[]; member: MemberSession; csrf: string }> = ({ applications, member, csrf }) =>
	applications.length === 0 ? (
		<p>Nothing is connected yet.</p>
	) : (
		<table>
			<thead>
				<tr>
					{['Name', 'Kind', 'Scopes', 'Created', 'Last used', 'Expires', 'Action'].map((name) => (
						<th scope="col">{name}</th>
					))}
				</tr>
			</thead>
			<tbody>
				{applications.map((application) => (
					<Row application={application} member={member} csrf={csrf} />
				))}
			</tbody>
		</table>
	);

const Row: FC<{ application: ConnectedApplication; member: MemberSession; csrf: string }> = ({ application, member, csrf }) => {
	const { id, name, kind, scopes, owner, from, createdAt, lastUsedAt, expiresAt, tools, readOnly } = application;
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
			<td data-label="Kind">{KINDS[kind]}</td>
			<td data-label="Scopes">
				{scopes.join(', ')}
				{readOnly && ' (read-only)'}
				{tools !== null && (
					<details>
						<summary>{tools.length === 1 ? 'only 1 tool' : `only ${tools.length} tools`}</summary>
						<small>{tools.join(', ')}</small>
					</details>
				)}
			</td>
			<td data-label="Created">
				<When at={createdAt} day />
			</td>
			<td data-label="Last used">{lastUsedAt === null ? 'never' : <When at={lastUsedAt} day />}</td>
			<td data-label="Expires">{expiresAt === null ? 'never' : <When at={expiresAt} day />}</td>
			<td>
				<form method="post" action={`${path}/revoke`} class="inline">
					<Csrf token={csrf} />
					<button type="submit" class="danger" aria-label={`Revoke ${name}`}>
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
						<button type="submit" class="secondary small">
							Rename
						</button>
					</form>
				</details>
			</td>
		</tr>
	);
};

type EndedApplication = ConnectedApplication & { readonly ended: NonNullable<ConnectedApplication['ended']> };

const Ended: FC<{ applications: readonly EndedApplication[] }> = ({ applications }) => (
	<details open>
		<summary>Ended in the last seven days</summary>
		<table>
			<thead>
				<tr>
					{['Name', 'Kind', 'Ended', 'Why'].map((name) => (
						<th scope="col">{name}</th>
					))}
				</tr>
			</thead>
			<tbody>
				{applications.map(({ name, owner, kind, ended }) => (
					<tr>
						<td>
							{name}
							<br />
							<small>{owner}</small>
						</td>
						<td data-label="Kind">{KINDS[kind]}</td>
						<td data-label="Ended">
							<When at={ended.at} />
						</td>
						<td data-label="Why">{ended.reason}</td>
					</tr>
				))}
			</tbody>
		</table>
	</details>
);
