// What is known of the words of a dictionary, looked up for rows: which of them pass a condition, and which codes they have.

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

/**
 * Puts what `table` has for each row's word at `target`; 0 where it is null. Rows whose word has 0 are told at `missing`, and how many
 * they are is given. `picked` not 0: the numbers of the rows whose indexes are meant.
 */
export function codesOf(table: usize, indexes: usize, picked: usize, nulls: usize, count: u32, target: usize, missing: usize): i32 {
	let left = missing;
	if (picked === 0 && nulls === 0) {
		const stop = target + ((<usize>count) << 2);
		const shift = indexes - target;
		for (let at = target; at < stop; at += 4) {
			const code = load<i32>(table + ((<usize>load<u32>(at + shift)) << 2));
			store<i32>(at, code);
			if (code === 0) left = noted(left, <u32>((at - target) >> 2));
		}
		return <i32>((left - missing) >> 2);
	}
	for (let row: u32 = 0; row < count; row++) {
		const from = picked === 0 ? row : load<u32>(picked + ((<usize>row) << 2));
		const isNull = nulls !== 0 && load<u8>(nulls + <usize>row) !== 0;
		const code = isNull ? 0 : load<i32>(table + ((<usize>indexOf(indexes, from)) << 2));
		store<i32>(target + ((<usize>row) << 2), code);
		if (code === 0 && !isNull) left = noted(left, row);
	}
	return <i32>((left - missing) >> 2);
}

function noted(at: usize, row: u32): usize {
	store<u32>(at, row);
	return at + 4;
}
