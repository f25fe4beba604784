import type { TableStore } from '../../connectors/connector.ts';
import { AppError } from '../../lib/errors.ts';
import type { OperationContext } from '../context.ts';
import { type OpenedConnection, openConnection, using } from './open.ts';

/** An opened connection that is known to be a database. */
export interface OpenedDatabase extends OpenedConnection {
	readonly connection: TableStore;
}

/** As `withConnection`, for databases only. The words are those that users of discover_schema and preview_data know. */
export async function withDatabase<T>(context: OperationContext, accountId: number, id: number, work: (opened: OpenedDatabase) => Promise<T>): Promise<T> {
	const opened = await openConnection(context, accountId, id).catch((error: unknown) => {
		throw error instanceof AppError && error.code === 'not_found' ? notADatabase() : error;
	});
	return using(opened, async () => {
		const { connection } = opened;
		if (connection.kind !== 'tables') throw notADatabase();
		return work({ ...opened, connection });
	});
}

function notADatabase(): AppError {
	return new AppError('not_found', 'connection not found, or not a database connection', {
		hint: 'list_connections shows the connections there are, get_connection their type; tables are found through database connections only. For files and APIs use discover_file_schema.',
	});
}
