import { RE2JS, RE2JSException } from 're2js';
import { AppError } from '../../lib/errors.ts';
import { packageRights } from '../../model/package-right.ts';
import type { Principal } from '../../model/principal.ts';
import type { CodeMatch } from '../../model/views/package-search.ts';
import { definitionsPage } from '../../store/packages.ts';
import type { OperationContext } from '../context.ts';
import { pageOf, pagePosition, within } from '../page.ts';
import { packageFor } from './access.ts';
import { matchingLines, packageTexts } from './code-lines.ts';
import { requiredTrigrams } from './required-text.ts';

export interface SearchCodeInput {
	/** RE2's, found within a line. */
	readonly pattern: string;
	/** All active packages unless given. */
	readonly package_id?: number | undefined;
	readonly case_sensitive?: boolean | undefined;
	/** Lines shown around a match: 0 unless given, most 5. */
	readonly context_lines?: number | undefined;
	/** Matches after which no further package is looked at: 50 unless given, most 200. */
	readonly limit?: number | undefined;
	readonly cursor?: string | undefined;
}

const PAGE = { list: 'package code', normal: 50, most: 200 };
/** What one call looks through: definitions may be large, and the call must end. */
const PACKAGES = 200;
const PACKAGES_A_READ = 10;
const CHARACTERS = 8_000_000;
const PATTERN_LENGTH = 1_000;

/**
 * Lines of expressions, queries and code that match. Linear in what is looked at, whatever the pattern: packages that cannot hold
 * what it demands are passed over by an index; a pattern that demands nothing is tried on so many packages a call.
 */
export async function searchCode(
	context: OperationContext,
	principal: Principal,
	input: SearchCodeInput,
): Promise<{ matches: CodeMatch[]; packages_searched: number; next_cursor: string | null }> {
	const { limit, from } = pagePosition(input, PAGE);
	const around = within('context_lines', input.context_lines ?? 0, 0, 5);
	const find = finder(input.pattern, input.case_sensitive === true);
	const search = (found: Searched) => matchesIn(found, find, around);
	if (input.package_id !== undefined) {
		const { package: head, version } = await packageFor(context, principal, input.package_id, 'read');
		const { matches } = search({ id: head.id, name: head.name, definition: version.definition });
		return { matches: matches.slice(0, limit), packages_searched: 1, next_cursor: null };
	}
	const trigrams = requiredTrigrams(input.pattern);
	const matches: CodeMatch[] = [];
	const searched: { readonly id: number }[] = [];
	let characters = 0;
	for (let before = from; ; before = searched.at(-1)?.id ?? null) {
		const rows = await definitionsPage(context.store, principal.account.id, { before, trigrams, userId: principal.user.id }, PACKAGES_A_READ);
		for (const [i, row] of rows.entries()) {
			const found = packageRights(principal, row.permission).includes('read') ? search(row) : { matches: [], characters: 0 };
			matches.push(...found.matches);
			searched.push(row);
			characters += found.characters;
			const full = matches.length >= limit || searched.length >= PACKAGES || characters >= CHARACTERS;
			const more = i < rows.length - 1 || rows.length === PACKAGES_A_READ;
			if (full) return { matches, packages_searched: searched.length, next_cursor: more ? cursorBehind(searched) : null };
		}
		if (rows.length < PACKAGES_A_READ) return { matches, packages_searched: searched.length, next_cursor: null };
	}
}

function cursorBehind(searched: readonly { readonly id: number }[]): string | null {
	return pageOf([...searched, { id: 0 }], searched.length, PAGE.list).next_cursor;
}

type Searched = { readonly id: number; readonly name: string; readonly definition: Parameters<typeof packageTexts>[0] };

/** A package with a match in each of its lines must not fill the answer alone. */
const MATCHES_A_PACKAGE = 100;

function matchesIn({ id, name, definition }: Searched, find: (line: string) => number, around: number): { matches: CodeMatch[]; characters: number } {
	const matches: CodeMatch[] = [];
	let characters = 0;
	for (const { component, path, text } of packageTexts(definition)) {
		characters += text.length;
		if (matches.length >= MATCHES_A_PACKAGE) continue;
		for (const line of matchingLines(text, find, around)) matches.push({ package_id: id, package_name: name, component, path, ...line });
	}
	return { matches: matches.slice(0, MATCHES_A_PACKAGE), characters };
}

/** Where a line matches, or -1. */
function finder(pattern: string, caseSensitive: boolean): (line: string) => number {
	if (pattern.length > PATTERN_LENGTH) throw new AppError('invalid_input', `pattern has ${pattern.length} characters`, { hint: `At most ${PATTERN_LENGTH}.` });
	try {
		const regex = RE2JS.compile(pattern, caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE);
		return (line) => {
			const matcher = regex.matcher(line);
			return matcher.find() ? matcher.start() : -1;
		};
	} catch (error) {
		if (!(error instanceof RE2JSException)) throw error;
		throw new AppError('invalid_input', `pattern is no regular expression: ${error.message.replace(/^error parsing regexp: /, '')}`, {
			hint: 'It is an RE2 expression (no lookaround, no backreferences); write \\( for a parenthesis itself.',
		});
	}
}
