/** Statements a sweep runs of each kind at most: the rest waits for the next one. */
const ROUNDS = 20;

/** Repeats a bounded step until it finds nothing more; gives what all of them did. */
export async function untilNone(round: () => Promise<number>): Promise<number> {
	let total = 0;
	for (let rounds = 0; rounds < ROUNDS; rounds++) {
		const done = await round();
		if (done === 0) break;
		total += done;
	}
	return total;
}
