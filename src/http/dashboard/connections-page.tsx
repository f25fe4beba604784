import type { FC } from 'hono/jsx';
import type { ConnectionDetail, ConnectionItem } from '../../model/views/connection.ts';
import type { MemberSession } from '../../operations/authorization/member-session.ts';
import type { ConnectionType } from '../../operations/connections/fields.ts';
import { ConnectionInputs } from './connection-form.tsx';
import { When } from './format.tsx';
import { Csrf, Layout, Problem, type Viewer } from './layout.tsx';

export const HERE = 'connections';

interface Here {
	readonly viewer: Viewer;
	readonly member: MemberSession;
}

/** What a form says beside the fields of its type. */
export interface WantedConnection {
	readonly name: string;
	readonly config: Readonly<Record<string, unknown>>;
}

const STATES: Readonly<Record<ConnectionItem['status'], string>> = { ok: 'works', failed: 'does not work', unchecked: 'not tried yet' };

export const ConnectionsPage: FC<
	Here & { connections: readonly ConnectionItem[]; types: readonly ConnectionType[]; titles: ReadonlyMap<string, string>; more: string | null }
> = ({ viewer, member, connections, types, titles, more }) => (
	<Layout title="Connections" viewer={viewer} account={member.account} here={HERE}>
		<h1>Connections</h1>
		<p>
			The systems that packages read from and write to. Assistants see names and settings and use them in packages; what is entered here as a credential never
			comes out again.
		</p>
		<table>
			<thead>
				<tr>
					<th scope="col">Name</th>
					<th scope="col">Type</th>
					<th scope="col">Id</th>
					<th scope="col">State</th>
					<th scope="col">Last tried</th>
				</tr>
			</thead>
			<tbody>
				{connections.map(({ id, name, type, status, last_checked_at }) => (
					<tr>
						<td>{member.role === 'owner' ? <a href={`/${member.account.slug}/settings/${HERE}/${id}`}>{name}</a> : name}</td>
						<td data-label="Type">{titles.get(type) ?? type}</td>
						<td data-label="Id">{id}</td>
						<td data-label="State">{STATES[status]}</td>
						<td data-label="Last tried">{typeof last_checked_at === 'string' ? <When at={Date.parse(last_checked_at)} /> : 'never'}</td>
					</tr>
				))}
			</tbody>
		</table>
		{more !== null && (
			<p>
				<a href={`/${member.account.slug}/settings/${HERE}?cursor=${encodeURIComponent(more)}`}>More connections</a>
			</p>
		)}
		{member.role === 'owner' ? (
			<>
				<h2>Add a connection</h2>
				<div class="actions">
					{types.map(({ type, title }) => (
						<a class="button" href={`/${member.account.slug}/settings/${HERE}/new/${type}`}>
							{title}
						</a>
					))}
				</div>
			</>
		) : (
			<p>Only an owner of the account adds and changes connections.</p>
		)}
	</Layout>
);

export const NewConnectionForm: FC<Here & { type: ConnectionType; wanted: WantedConnection; problem: string | null }> = ({
	viewer,
	member,
	type,
	wanted,
	problem,
}) => (
	<Layout title={`Add ${type.title}`} viewer={viewer} account={member.account} here={HERE}>
		<h1>Add {type.title}</h1>
		<p>It is tried once when you add it.</p>
		<Problem text={problem} />
		<form method="post" action={`/${member.account.slug}/settings/${HERE}/new/${type.type}`}>
			<Csrf token={viewer.csrf} />
			<label>
				Name
				<input name="name" value={wanted.name} maxlength={200} required autofocus />
			</label>
			<ConnectionInputs fields={type.fields} config={wanted.config} kept={[]} />
			<button type="submit">Add connection</button>
		</form>
		<BackToConnections member={member} />
	</Layout>
);

interface ConnectionPageProps extends Here {
	readonly connection: ConnectionDetail;
	readonly type: ConnectionType;
	readonly kept: readonly string[];
	readonly wanted: WantedConnection;
	readonly users: { readonly packages: readonly { readonly id: number; readonly name: string }[]; readonly more: boolean };
	readonly problem: string | null;
}

export const ConnectionPage: FC<ConnectionPageProps> = ({ viewer, member, connection, type, kept, wanted, users, problem }) => (
	<Layout title={connection.name} viewer={viewer} account={member.account} here={HERE}>
		<h1>{connection.name}</h1>
		<p>
			{type.title}, connection <code>{connection.id}</code>: {STATES[connection.status]}
			{connection.last_checked_at !== null && (
				<>
					, tried <When at={Date.parse(connection.last_checked_at)} />
				</>
			)}
			.{connection.last_check_message !== null && ` ${connection.last_check_message}`}
		</p>
		<Users users={users} />
		<div class="actions">
			<Verb {...{ viewer, member }} id={connection.id} verb="test" label="Test connection" />
		</div>
		{type.fields.length > 0 && (
			<>
				<h2>Change it</h2>
				<Problem text={problem} />
				<form method="post" action={`/${member.account.slug}/settings/${HERE}/${connection.id}`}>
					<Csrf token={viewer.csrf} />
					<label>
						Name
						<input name="name" value={wanted.name} maxlength={200} required />
					</label>
					<ConnectionInputs fields={type.fields} config={wanted.config} kept={kept} />
					<button type="submit">Save connection</button>
				</form>
				<h2>Remove it</h2>
				<form method="post" action={`/${member.account.slug}/settings/${HERE}/${connection.id}/remove`}>
					<Csrf token={viewer.csrf} />
					{users.packages.length > 0 && (
						<label class="tick">
							<input type="checkbox" name="anyway" value="1" />
							Although packages use it: they fail at their next run
						</label>
					)}
					<button type="submit" class="danger">
						Remove connection
					</button>
				</form>
			</>
		)}
		<BackToConnections member={member} />
	</Layout>
);

const Users: FC<{ users: ConnectionPageProps['users'] }> = ({ users: { packages, more } }) => (
	<p>
		{packages.length === 0
			? 'No package is known to use it.'
			: `Used by ${packages.map(({ id, name }) => `${name} (${id})`).join(', ')}${more ? ' and more packages' : ''}.`}
	</p>
);

const Verb: FC<Here & { id: number; verb: string; label: string }> = ({ viewer, member, id, verb, label }) => (
	<form method="post" action={`/${member.account.slug}/settings/${HERE}/${id}/${verb}`} class="inline">
		<Csrf token={viewer.csrf} />
		<button type="submit" class="secondary">
			{label}
		</button>
	</form>
);

const BackToConnections: FC<{ member: MemberSession }> = ({ member }) => (
	<p>
		<a href={`/${member.account.slug}/settings/${HERE}`}>Back to connections</a>
	</p>
);
