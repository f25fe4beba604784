import { namedTables } from '../../connectors/sql/named-tables.ts';
import type { PackageDefinition } from '../../model/package.ts';

/** Something that a component reads or writes. */
export interface PackageTarget {
	readonly direction: 'read' | 'write';
	readonly kind: 'table' | 'files' | 'api';
	/** Under which it is found: a table's name in lower case; `/folder/` of files; `/path` of an API. */
	readonly name: string;
	/** Name of the component. */
	readonly component: string;
	readonly connection_id: number | null;
	/** As the package has it, with the defaults of its variables. */
	readonly place: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Everything that a package's components name: tables also inside SQL, files, paths of APIs. What a run gives its variables is not known. */
export function packageTargets(definition: PackageDefinition): PackageTarget[] {
	const fill = filler(definition.variables);
	const found = definition.components.flatMap((wrapper) => Object.entries(wrapper).flatMap(([key, fields]) => ofComponent(key, fields, fill)));
	return [...new Map(found.map((target) => [JSON.stringify(target), target])).values()];
}

type Found = Omit<PackageTarget, 'component' | 'connection_id'>;

function ofComponent(key: string, fields: Fields, fill: (text: string) => string): PackageTarget[] {
	const component = String(fields['name']);
	const placed = (found: readonly Found[], place: Fields = fields): PackageTarget[] => {
		const id = place['connection_id'];
		return found.map((target) => ({ ...target, component, connection_id: typeof id === 'number' ? id : null }));
	};
	const text = (name: string, of: Fields = fields): string | null => (typeof of[name] === 'string' ? fill(of[name] as string) : null);
	const direction = key.endsWith('_destination_component') ? 'write' : 'read';
	if (key === 'move_file_component') {
		const [from, to] = [fields['from'], fields['to']] as (Fields | undefined)[];
		return [...placed(files('read', text('path', from ?? {})), from), ...placed(files('write', text('path', to ?? {})), to)];
	}
	if (key === 'http_call_component') return placed(api(/^(get|head)$/i.test(text('method') ?? 'GET') ? 'read' : 'write', text('path')));
	if (key === 'rest_api_source_component' || key === 'rest_api_destination_component') return placed(api(direction, text('path')));
	return placed([
		...table(direction, text('schema_name'), text('table')),
		...['query', 'pre_sql', 'post_sql'].flatMap((name) => namedTables(text(name) ?? '').flatMap((one) => table(one.direction, null, one.name))),
		...(key.includes('cloud_storage') ? files(direction, text('path'), text('file_name')) : []),
	]);
}

function table(direction: Found['direction'], schema: string | null, name: string | null): Found[] {
	if (name === null) return [];
	return [{ direction, kind: 'table', name: tableKey(name).name, place: schema === null ? name : `${schema}.${name}` }];
}

/** `Public.Orders` as `{schema: 'public', name: 'orders'}`. */
export function tableKey(text: string): { readonly schema: string | null; readonly name: string } {
	const plain = text.toLowerCase().replaceAll(/["`[\]]/g, '');
	const dot = plain.lastIndexOf('.');
	return { schema: dot <= 0 ? null : plain.slice(0, dot), name: plain.slice(dot + 1) };
}

/** A destination's path is a folder; a source's an object, a folder that ends in `/`, or a glob. */
function files(direction: Found['direction'], path: string | null, fileName?: string | null): Found[] {
	if (path === null) return [];
	const bare = path.replace(/^\/+/, '');
	if (direction === 'write' && fileName !== undefined) {
		const folder = bare.replace(/\/+$/, '');
		const place = fileName === null ? `${folder}/` : `${folder}/${fileName}`;
		return [{ direction, kind: 'files', name: folder === '' ? '/' : `/${folder}/`, place: place.replace(/^\//, '') }];
	}
	const sign = bare.search(/[*?{[]/);
	const fixed = sign === -1 ? bare : bare.slice(0, sign);
	return [{ direction, kind: 'files', name: `/${fixed.slice(0, fixed.lastIndexOf('/') + 1)}`, place: bare }];
}

function api(direction: Found['direction'], path: string | null): Found[] {
	return path === null ? [] : [{ direction, kind: 'api', name: apiKey(path), place: path }];
}

export function apiKey(path: string): string {
	return `/${path.replace(/[?#].*$/, '').replace(/^\/+|\/+$/g, '')}`;
}

/** Puts the defaults of variables into a text; those without one, and secret ones, stay as they are written. */
function filler(variables: PackageDefinition['variables']): (text: string) => string {
	const defaults = new Map(
		Object.entries(variables).flatMap(([name, definition]): [string, string][] => {
			const secret = typeof definition === 'object' && definition !== null && definition.secret === true;
			const value = typeof definition === 'object' && definition !== null ? definition.default : definition;
			return secret || value === null || value === undefined || typeof value === 'object' ? [] : [[name, String(value)]];
		}),
	);
	return (text) =>
		text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced: string | undefined, plain: string | undefined) => defaults.get(braced ?? plain ?? '') ?? whole);
}
