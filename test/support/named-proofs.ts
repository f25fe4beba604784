import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '../..');

/** A page of documentation whose tables name tests: `` `test/file.test.ts` “what it says” ``. */
export interface ProofPage {
	/** Rows of its tables, without heads. */
	readonly rows: readonly string[];
	readonly proofs: readonly { readonly file: string; readonly name: string }[];
	/** Test files it names, however spelled around. */
	readonly mentions: number;
}

/** `heads`: what stands first in the head of each of its tables. */
export function readProofs(path: string, heads: readonly string[]): ProofPage {
	const page = readFileSync(join(repository, path), 'utf8');
	const isHead = (row: string) => /^\|\s*-+/.test(row) || heads.some((head) => row.startsWith(`| ${head} `));
	const rows = page.split('\n').filter((line) => line.startsWith('| ') && !isHead(line));
	const proofs = rows.flatMap((row) => [...row.matchAll(/`(test\/[^`]+)` “([^”]+)”/g)].map(([, file = '', name = '']) => ({ file, name })));
	return { rows, proofs, mentions: (page.match(/`test\/[^`“”]+\.test\.ts`/g) ?? []).length };
}

/** Whether a file has a test of that name, whole. */
export function isProven(file: string, name: string): boolean {
	const path = join(repository, file);
	if (!existsSync(path)) return false;
	const written = name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
	// `test('name',` or the second call of `test.each(…)('name',`.
	return new RegExp(`(?:\\b(?:test|it)|[\\])])\\(\\s*'${written}',`).test(readFileSync(path, 'utf8'));
}
