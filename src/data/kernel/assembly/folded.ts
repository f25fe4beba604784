// What rows of a column add up to, group by group. A row's number stands at its place in `numbers`, or where the column has indexes
// (`indexes` not 0) at the place that its index says; where rows were picked (`picked` not 0) the index is that of the picked row.

const MOST_SAFE: f64 = 9007199254740991;

/**
 * Adds whole numbers to `sums` and their number to `counts`, for the groups `ids`; a negative id and a null (`nulls` not 0) leave a
 * row out. Gives how many rows were done: it stops in front of one whose sum would pass 2^53.
 */
export function addWholes(ids: usize, numbers: usize, indexes: usize, picked: usize, nulls: usize, count: i32, sums: usize, counts: usize): i32 {
	for (let row: i32 = 0; row < count; row++) {
		const id = load<i32>(ids + ((<usize>row) << 2));
		if (id < 0 || (nulls !== 0 && load<u8>(nulls + <usize>row) !== 0)) continue;
		const at = sums + ((<usize>id) << 3);
		const sum = load<f64>(at) + numberOf(numbers, indexes, picked, row);
		if (abs(sum) > MOST_SAFE) return row;
		store<f64>(at, sum);
		const counted = counts + ((<usize>id) << 3);
		store<f64>(counted, load<f64>(counted) + 1);
	}
	return count;
}

/** Puts into `best` what is larger, or smaller, than what is there for the row's group. */
export function extremes(ids: usize, numbers: usize, indexes: usize, picked: usize, nulls: usize, count: i32, best: usize, largest: bool): void {
	for (let row: i32 = 0; row < count; row++) {
		const id = load<i32>(ids + ((<usize>row) << 2));
		if (id < 0 || (nulls !== 0 && load<u8>(nulls + <usize>row) !== 0)) continue;
		const at = best + ((<usize>id) << 3);
		const number = numberOf(numbers, indexes, picked, row);
		const known = load<f64>(at);
		if (largest ? number > known : number < known) store<f64>(at, number);
	}
}

function numberOf(numbers: usize, indexes: usize, picked: usize, row: i32): f64 {
	if (indexes === 0) return load<f64>(numbers + ((<usize>row) << 3));
	const index = picked === 0 ? <usize>row : <usize>load<u32>(picked + ((<usize>row) << 2));
	return load<f64>(numbers + ((<usize>load<u32>(indexes + (index << 2))) << 3));
}

/** Adds to `counts` how many rows each group has; see `addWholes` for the rest. */
export function addOnes(ids: usize, nulls: usize, count: i32, counts: usize): void {
	for (let row: i32 = 0; row < count; row++) {
		const id = load<i32>(ids + ((<usize>row) << 2));
		if (id < 0 || (nulls !== 0 && load<u8>(nulls + <usize>row) !== 0)) continue;
		const at = counts + ((<usize>id) << 3);
		store<f64>(at, load<f64>(at) + 1);
	}
}
