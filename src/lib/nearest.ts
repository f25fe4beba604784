/**
 * The candidate a person probably meant, by edit distance over lower-cased text, or undefined when none is near
 * (more than a third of the word would have to change). Two neighbouring letters that changed places are one slip, as they
 * are when typing. Candidates past 1,000 are not looked at.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
	const wanted = word.toLowerCase().slice(0, 64);
	let best: string | undefined;
	let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
	let seen = 0;
	for (const candidate of candidates) {
		if (++seen > 1000) break;
		const distance = editDistance(wanted, candidate.toLowerCase().slice(0, 64), bestDistance);
		if (distance < bestDistance) {
			best = candidate;
			bestDistance = distance;
		}
	}
	return best;
}

/** Optimal string alignment: insertion, deletion, substitution, or a swap of neighbours; `limit` where it is not below that. */
function editDistance(a: string, b: string, limit: number): number {
	if (Math.abs(a.length - b.length) >= limit) return limit;
	let before: number[] = [];
	let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
	for (let i = 1; i <= a.length; i++) {
		const current = [i];
		for (let j = 1; j <= b.length; j++) {
			const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
			const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : substitution;
			current.push(Math.min(substitution, swapped, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
		}
		before = previous;
		previous = current;
	}
	return previous[b.length] ?? limit;
}
