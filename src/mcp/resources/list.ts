import { type ListResourcesResult, type ListResourceTemplatesResult, ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { type Caller, dispatch } from '../dispatch.ts';
import { visibleTools } from '../policy/visible.ts';
import { RESOURCES } from './index.ts';
import { mayReadSchema, SCHEMA_RESOURCE } from './package-schema.ts';
import { PACKAGE_URI } from './packages.ts';
import { expandUri } from './uri.ts';

/** Resources a page: what an assistant puts before its person to choose from. */
const PAGE = 25;

interface ListedPackage {
	readonly id: number;
	readonly name: string;
	readonly description: string;
	readonly updated_at: string;
}

/** The package format first, then the account's packages, newest first. Runs and components are reached by their templates. */
export async function listResources(cursor: string | undefined, caller: Caller): Promise<ListResourcesResult> {
	const begin = cursor === undefined && (await mayReadSchema(caller)) ? [SCHEMA_RESOURCE] : [];
	const { byName } = await visibleTools(caller.principal, caller.operations);
	if (!byName.has('list_packages') || !byName.has('get_package')) return { resources: begin };
	const result = await dispatch({ name: 'list_packages', arguments: { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) } }, caller);
	if (result.isError === true) {
		const { message } = (result.structuredContent as { error: { message: string } }).error;
		throw new ProtocolError(ProtocolErrorCode.InvalidParams, message);
	}
	const { packages, next_cursor } = result.structuredContent as { packages: ListedPackage[]; next_cursor: string | null };
	const resources = packages.map(({ id, name, description, updated_at }) => ({
		uri: expandUri(PACKAGE_URI, { package: id }),
		name: `package_${id}`,
		title: name,
		...(description === '' ? {} : { description }),
		mimeType: 'application/json',
		annotations: { lastModified: updated_at },
	}));
	return { resources: [...begin, ...resources], ...(next_cursor === null ? {} : { nextCursor: next_cursor }) };
}

/** The templates whose tool this principal may call. */
export async function listTemplates({ principal, operations }: Caller): Promise<ListResourceTemplatesResult> {
	const { byName } = await visibleTools(principal, operations);
	const shown = RESOURCES.filter(({ tool }) => byName.has(tool));
	return { resourceTemplates: shown.map(({ uriTemplate, name, title, description, mimeType }) => ({ uriTemplate, name, title, description, mimeType })) };
}
