import { type Context, Hono } from 'hono';
import { CONNECTORS } from '../../connectors/index.ts';
import { AppError } from '../../lib/errors.ts';
import { requireOwner } from '../../operations/authorization/member-session.ts';
import { checkConnection } from '../../operations/connections/check.ts';
import { createConnection } from '../../operations/connections/create.ts';
import { connectionType, connectionTypes } from '../../operations/connections/fields.ts';
import { connectionDetail } from '../../operations/connections/get.ts';
import { listConnectionsOf } from '../../operations/connections/list.ts';
import { credentialNames } from '../../operations/connections/open.ts';
import { packagesUsing, removeConnection } from '../../operations/connections/remove.ts';
import { updateConnection } from '../../operations/connections/update.ts';
import type { AppEnv } from '../bindings.ts';
import { field, readForm } from '../session.ts';
import { typedConnection } from './connection-form.tsx';
import { ConnectionPage, ConnectionsPage, HERE, NewConnectionForm, type WantedConnection } from './connections-page.tsx';
import { type Visit, visit } from './member.ts';
import { page } from './page.tsx';

const TITLES: ReadonlyMap<string, string> = new Map(CONNECTORS.map(({ type, title }) => [type, title]));

/** Settings → Connections: everybody sees which there are; owners alone enter credentials, and decide where they are sent. */
export const connections = new Hono<AppEnv>();

connections.get(`/:account/settings/${HERE}`, async (c) => {
	const { member, viewer } = await visit(c);
	const cursor = c.req.query('cursor');
	const found = await listConnectionsOf(c.var.operations, member.account.id, { include_health: true, ...(cursor === undefined ? {} : { cursor }) });
	return page(
		c,
		<ConnectionsPage {...{ viewer, member }} connections={found.connections} types={connectionTypes()} titles={TITLES} more={found.next_cursor} />,
	);
});

connections.get(`/:account/settings/${HERE}/new/:type`, async (c) => {
	const visited = await visit(c);
	requireOwner(visited.member);
	return showNew(c, visited, { name: '', config: {} }, null);
});

connections.post(`/:account/settings/${HERE}/new/:type`, async (c) => {
	const visited = await visit(c);
	const form = await readForm(c, visited.session);
	requireOwner(visited.member);
	const { type, fields } = connectionType(c.req.param('type'));
	const { config, secrets } = typedConnection(fields, form, []);
	const name = field(form, 'name');
	const made = await told(createConnection(c.var.operations, visited.member.account, { name, type, config, secrets }));
	if (made instanceof AppError) return showNew(c, visited, { name, config }, problemOf(made));
	return c.redirect(placeOf(visited, made.id), 303);
});

connections.get(`/:account/settings/${HERE}/:id{[0-9]+}`, async (c) => {
	const visited = await visit(c);
	requireOwner(visited.member);
	return showOne(c, visited, null, null);
});

connections.post(`/:account/settings/${HERE}/:id{[0-9]+}`, async (c) => {
	const visited = await visit(c);
	const form = await readForm(c, visited.session);
	requireOwner(visited.member);
	const { id: accountId } = visited.member.account;
	const { type } = await connectionDetail(c.var.operations, accountId, idOf(c));
	const kept = await credentialNames(c.var.operations, accountId, idOf(c));
	const { config, secrets } = typedConnection(connectionType(type).fields, form, kept);
	const name = field(form, 'name');
	const changed = await told(updateConnection(c.var.operations, accountId, idOf(c), { name, config, secrets }));
	if (changed instanceof AppError) return showOne(c, visited, { name, config }, problemOf(changed));
	return c.redirect(placeOf(visited, changed.id), 303);
});

connections.post(`/:account/settings/${HERE}/:id{[0-9]+}/:verb{test|remove}`, async (c) => {
	const visited = await visit(c);
	const form = await readForm(c, visited.session);
	requireOwner(visited.member);
	const { id: accountId } = visited.member.account;
	if (c.req.param('verb') === 'test') {
		await checkConnection(c.var.operations, accountId, idOf(c));
		return c.redirect(placeOf(visited, idOf(c)), 303);
	}
	const refused = await told(removeConnection(c.var.operations, accountId, idOf(c), field(form, 'anyway') === '1'));
	if (refused instanceof AppError) return showOne(c, visited, null, problemOf(refused));
	return c.redirect(placeOf(visited), 303);
});

function showNew(c: Context<AppEnv>, { member, viewer }: Visit, wanted: WantedConnection, problem: string | null) {
	const type = connectionType(c.req.param('type') ?? '');
	return page(c, <NewConnectionForm {...{ viewer, member, type, wanted, problem }} />, problem === null ? 200 : 400);
}

async function showOne(c: Context<AppEnv>, { member, viewer }: Visit, typed: WantedConnection | null, problem: string | null) {
	const { operations } = c.var;
	const connection = await connectionDetail(operations, member.account.id, idOf(c));
	const [kept, users] = await Promise.all([
		credentialNames(operations, member.account.id, connection.id),
		packagesUsing(operations, member.account.id, connection.id),
	]);
	const wanted = typed ?? { name: connection.name, config: connection.config };
	return page(
		c,
		<ConnectionPage {...{ viewer, member, connection, kept, wanted, users, problem }} type={connectionType(connection.type)} />,
		problem === null ? 200 : 400,
	);
}

/** What a person can put right is shown above their form; anything else goes on. */
function told<T>(work: Promise<T>): Promise<T | AppError> {
	return work.catch((error: unknown) => {
		if (error instanceof AppError) return error;
		throw error;
	});
}

function problemOf({ message, hint }: AppError): string {
	return `${message.replace(/\.$/, '')}. ${hint}`;
}

function idOf(c: Context<AppEnv>): number {
	return Number(c.req.param('id'));
}

function placeOf({ member }: Visit, id?: number): string {
	return `/${member.account.slug}/settings/${HERE}${id === undefined ? '' : `/${id}`}`;
}
