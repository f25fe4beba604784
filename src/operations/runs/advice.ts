import { findComponent } from '../../catalogue/index.ts';
import type { WrappedComponent } from '../../model/package.ts';
import type { ComponentFailureView } from '../../model/views/run.ts';

/** A failure with what its component was configured as in the version that ran; null where that is not known. */
export interface FailedPart {
	readonly failure: Pick<ComponentFailureView, 'id' | 'component' | 'message' | 'class'>;
	readonly fields: Readonly<Record<string, unknown>> | null;
	readonly runId: number;
	readonly packageId: number;
}

export function failedPart(failure: FailedPart['failure'], components: readonly WrappedComponent[], runId: number, packageId: number): FailedPart {
	const fields = components.flatMap((wrapper) => Object.values(wrapper)).find((each) => each['id'] === failure.id) ?? null;
	return { failure, fields, runId, packageId };
}

/** What a person on call would do next about an error of that pattern, with the calls spelled out; null where nothing is known beyond its hint. */
export function adviceOf(pattern: string, part: FailedPart): string | null {
	switch (pattern) {
		case 'auth':
			return authAdvice(part);
		case 'connection':
			return `The other system could not be reached: ${trying(part)}, look at host and port (get_connection), then retry_job with run_id ${part.runId}.`;
		case 'timeout':
			return timeoutAdvice(part);
		case 'schema':
			return schemaAdvice(part);
		case 'data':
			return dataAdvice(part);
		case 'not_found':
			return notFoundAdvice(part);
		case 'limit':
			return limitAdvice(part);
		default:
			return null;
	}
}

function authAdvice(part: FailedPart): string {
	// PostgreSQL, MySQL and ClickHouse say so of a login that works and may not do this one thing.
	if (/permission denied for|command denied|not enough privileges/i.test(part.failure.message))
		return 'The login works but may not do this: have whoever runs that system grant it, or use a connection that may.';
	return `The other system refused the credentials: ${trying(part)}; an owner of the account has to enter them again where it still fails.`;
}

function timeoutAdvice({ failure, packageId }: FailedPart): string {
	if (failure.message.includes('timeout_minutes') || failure.class === 'timeout')
		return `The run reached its own limit: raise it with update_package_settings (package_id ${packageId}, set {"timeout_minutes": …}), or read less.`;
	return 'The other system took too long: read less at once (where_clause, a limit, smaller pages), or raise the timeout of the connection.';
}

function schemaAdvice(part: FailedPart): string {
	const { fields, packageId } = part;
	const found = place(part);
	switch (kindOf(part)) {
		case 'cloud_storage_source_component':
		case 'rest_api_source_component':
			return `Call discover_file_schema with ${found} to see the columns that are there now, then set fields by them with update_package_components. validate_package does not compare fields that are given.`;
		case 'database_source_component':
			return `Call discover_schema with ${found} to see what is there now, then change ${fields?.['query'] === undefined ? 'table or fields' : 'query'} with update_package_components.`;
		case 'database_destination_component':
			return `Call discover_schema with ${found} to see the columns of the table, then change mapping, or set add_missing_columns, with update_package_components.`;
		case 'execute_sql_component':
			return `The SQL names something that is not there: discover_schema with ${found} lists the tables.`;
		default:
			return `validate_package with package_id ${packageId} says which columns reach this component.`;
	}
}

function dataAdvice(part: FailedPart): string {
	const { message } = part.failure;
	if (kindOf(part) === 'database_destination_component' && /unique|duplicate/i.test(message))
		return 'Rows of that key are there already, or come twice: use operation merge_update_insert with merge_keys, put a distinct component before the destination, or leave them out with on_error skip or dead_letter.';
	if (kindOf(part) === 'database_destination_component' && /not null|null value|(?:takes no|cannot be) null/i.test(message))
		return 'The table takes no null there: fill it before (coalesce in a select component), or filter such rows out.';
	const definition = findComponent(part.failure.component)?.definition;
	const failsWhole = definition !== undefined && 'failsWhole' in definition;
	return `The failed row is shown with its value. Convert it (try_cast, coalesce), or set on_error of the component to ${failsWhole ? 'skip' : 'skip, null_field'} or dead_letter with update_package_components.`;
}

function notFoundAdvice(part: FailedPart): string {
	switch (kindOf(part)) {
		case 'cloud_storage_source_component':
			return `Call discover_file_schema with ${place(part)}: a wrong path is answered with the nearest. Is it right, look whether whatever writes the file has run.`;
		case 'rest_api_source_component':
		case 'rest_api_destination_component':
		case 'http_call_component':
			return `The API does not know that address: check path against its documentation and base_url of the connection (get_connection${idOf(part)}).`;
		default:
			return 'A file or object is not there: check path and name, and whether whatever writes it has run.';
	}
}

function limitAdvice({ failure, runId, packageId, ...part }: FailedPart): string {
	const { message } = failure;
	if (message.includes('max_errors'))
		return `get_run_errors with run_id ${runId} shows the bad rows. Mend the source or the expression; where so many are fine, raise max_errors with update_package_settings (package_id ${packageId}).`;
	if (/\b429\b|rate limit|quota|too many requests/i.test(message))
		return `The other system limits how often it is asked: lower requests_per_second${part.fields?.['requests_per_second'] === undefined ? ' (not set yet)' : ''} with update_package_components, then retry_job with run_id ${runId}.`;
	return 'A limit was reached: see which one in the message, then ask for less or raise the limit where it is a setting.';
}

/** The base type: a vendor's component is one of ours. */
function kindOf({ failure }: FailedPart): string {
	return findComponent(failure.component)?.definition.key ?? failure.component;
}

function trying(part: FailedPart): string {
	return `test_connection${idOf(part)} tries it by itself`;
}

function idOf({ fields }: FailedPart): string {
	return typeof fields?.['connection_id'] === 'number' ? ` with connection_id ${fields['connection_id']}` : '';
}

/** What the component is pointed at, as arguments. Texts are shown as the package has them, variables unfilled. */
function place({ fields }: FailedPart): string {
	const given = (name: string) => (typeof fields?.[name] === 'string' ? [`${name} ${JSON.stringify(String(fields[name]).slice(0, 200))}`] : []);
	const id = typeof fields?.['connection_id'] === 'number' ? [`connection_id ${fields['connection_id']}`] : [];
	return [...id, ...given('schema_name'), ...given('table'), ...given('path')].join(', ') || 'its connection_id';
}
