import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { requiredTrigrams } from '../../../src/operations/packages/required-text.ts';

const trigrams = (text: string) => Array.from({ length: text.length - 2 }, (_, i) => text.slice(i, i + 3));

describe('what a regular expression demands of a text', () => {
	test.each([
		['customer_id', trigrams('customer_id')],
		['Orders?\\.total', [...trigrams('order'), ...trigrams('.total')]],
		['sum\\(amount\\)', trigrams('sum(amount)')],
		['(?i)upper', trigrams('upper')],
		['a+bcd', trigrams('bcd')],
		['abc{0,2}def', trigrams('def')],
		['from\\s+(orders|lines)', trigrams('from')],
		['[abc]def', trigrams('def')],
		['[]abc]def', trigrams('def')],
	])('%s', (pattern, expected) => {
		expect(requiredTrigrams(pattern)).toEqual(expected);
	});

	test.each(['.', 'ab', 'abc|def', 'ab.cd', '(abc)', '(abc', '[abc', 'a"b', 'naïv', '\\Qabc\\E'])('is nothing for %s', (pattern) => {
		expect(requiredTrigrams(pattern)).toEqual([]);
	});

	const atom = fc.constantFrom('abc', 'de', '.', '\\d', '\\.', '[xyz]', '[^a]', '(ab|cd)', '(?:efg)?', 'h*', 'i+', 'j?', 'k{2}', 'l{0,1}', '\\s*', '$', 'mno');
	const pattern = fc.array(atom, { minLength: 1, maxLength: 6 }).map((atoms) => atoms.join(''));
	const text = fc
		.array(fc.constantFrom('abc', 'de', '.', '7', 'x', 'ab', 'cd', 'efg', 'hh', 'i', 'j', 'kk', 'l', ' ', 'mno'), { maxLength: 9 })
		.map((parts) => parts.join(''));

	test('is in every text that it matches', () => {
		let matched = 0;
		fc.assert(
			fc.property(pattern, text, (given, subject) => {
				const matcher = RE2JS.compile(given).matcher(subject);
				if (!matcher.find()) return;
				matched += 1;
				for (const trigram of requiredTrigrams(given)) expect(subject).toContain(trigram);
			}),
			{ numRuns: 3_000 },
		);
		expect(matched).toBeGreaterThan(100);
	});
});
