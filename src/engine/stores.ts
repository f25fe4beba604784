import type { FileStore, HttpEndpoint, OpenConnection, TableStore } from '../connectors/connector.ts';
import { AppError } from '../lib/errors.ts';
import type { OperatorContext } from './operator.ts';

const NEEDED = { files: 'file storage', tables: 'a database', http: 'an HTTP API' } as const;

export function fileStore(context: OperatorContext, connection: number): Promise<FileStore> {
	return open(context, connection, 'files');
}

export function tableStore(context: OperatorContext, connection: number): Promise<TableStore> {
	return open(context, connection, 'tables');
}

export function httpEndpoint(context: OperatorContext, connection: number): Promise<HttpEndpoint> {
	return open(context, connection, 'http');
}

async function open<Kind extends OpenConnection['kind']>(context: OperatorContext, id: number, kind: Kind): Promise<Extract<OpenConnection, { kind: Kind }>> {
	const connection = await context.ports.connection(id);
	if (connection.kind === kind) return connection as Extract<OpenConnection, { kind: Kind }>;
	throw new AppError('invalid_input', `connection ${id} is ${NEEDED[connection.kind]}, and "${context.node.component.name}" needs ${NEEDED[kind]}`, {
		hint: 'Choose a connection of the right kind; list_connections shows them.',
	});
}
