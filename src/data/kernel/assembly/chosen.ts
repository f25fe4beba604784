// Which rows a condition is true for, by what is true of each word of their dictionary.

/**
 * Puts those of the first `count` rows at `rows` whose word is true, and gives how many they are; one more number than that may be
 * written. `truths`: a byte a word. `nulls` 0 where no row is null; of a null the byte of the word `absent` counts.
 */
export function pass(indexes: usize, nulls: usize, truths: usize, absent: u32, rows: usize, count: u32): i32 {
	let to = rows;
	if (nulls === 0)
		for (let row: u32 = 0; row < count; row++) {
			store<u32>(to, row);
			to += truthOf(truths, indexOf(indexes, row));
		}
	else
		for (let row: u32 = 0; row < count; row++) {
			store<u32>(to, row);
			to += truthOf(truths, select<u32>(absent, indexOf(indexes, row), load<u8>(nulls + <usize>row) !== 0));
		}
	return <i32>((to - rows) >> 2);
}

/** As `pass`, of the `count` rows that stand at `rows` already. */
export function refine(indexes: usize, nulls: usize, truths: usize, absent: u32, rows: usize, count: u32): i32 {
	const stop = rows + ((<usize>count) << 2);
	let to = rows;
	if (nulls === 0)
		for (let at = rows; at < stop; at += 4) {
			const row = load<u32>(at);
			store<u32>(to, row);
			to += truthOf(truths, indexOf(indexes, row));
		}
	else
		for (let at = rows; at < stop; at += 4) {
			const row = load<u32>(at);
			store<u32>(to, row);
			to += truthOf(truths, select<u32>(absent, indexOf(indexes, row), load<u8>(nulls + <usize>row) !== 0));
		}
	return <i32>((to - rows) >> 2);
}

function indexOf(indexes: usize, row: u32): u32 {
	return load<u32>(indexes + ((<usize>row) << 2));
}

/** How far to go on: four bytes or none. */
function truthOf(truths: usize, word: u32): usize {
	return (<usize>load<u8>(truths + <usize>word)) << 2;
}
