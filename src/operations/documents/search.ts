import { listComponents } from '../../catalogue/describe.ts';
import type { Principal } from '../../model/principal.ts';
import type { OperationContext } from '../context.ts';
import { searchAll } from '../search/search-all.ts';
import { documentUrl } from './reference.ts';

export interface FoundDocument {
	readonly id: string;
	readonly title: string;
	readonly url: string;
}

const RESULTS_A_KIND = 10;
const COMPONENTS = 5;
/** The words of a question that search_all takes. */
const MOST_WORDS = 12;

/** Packages, failed runs and connections of the account, and component types, that hold every word of the query. */
export async function searchDocuments(context: OperationContext, principal: Principal, query: string): Promise<FoundDocument[]> {
	const words = query
		.split(/\s+/)
		.filter((word) => word !== '')
		.slice(0, MOST_WORDS);
	const { results } = await searchAll(context, principal, {
		query: words.join(' '),
		types: ['packages', 'runs', 'connections'],
		per_type_limit: RESULTS_A_KIND,
	});
	const own = results.map(({ type, id, name, text }) => found(`${type}:${id}`, type === 'run' ? `Run ${id} failed: ${text}` : `${name} (${type})`));
	return [...own, ...componentsWith(words)];
}

function componentsWith(words: readonly string[]): FoundDocument[] {
	const wanted = words.map((word) => word.toLowerCase());
	const fitting = listComponents().filter(({ name, docs, wrapper_key, aliases }) => {
		const text = [name, docs, wrapper_key, ...aliases].join(' ').toLowerCase();
		return wanted.every((word) => text.includes(word));
	});
	return fitting.slice(0, COMPONENTS).map(({ name, wrapper_key }) => found(`component:${wrapper_key}`, `${name} (component type)`));
}

const TITLE = 200;

function found(id: string, title: string): FoundDocument {
	return { id, title: title.length <= TITLE ? title : `${title.slice(0, TITLE - 1)}…`, url: documentUrl(id) };
}
