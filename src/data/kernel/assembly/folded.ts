// What rows of a column add up to, group by group. A row's number stands at its place in `numbers`, or where the column has indexes
// (`indexes` not 0) at the place that its index says; where rows were picked (`picked` not 0) the index is that of the picked row.
// Columns with indexes and without nulls, as most of Parquet are, have loops of their own, which ask nothing of each row.

const MOST_SAFE: f64 = 9007199254740991;

/**
 * Adds whole numbers for the groups `ids` to `held`, where each group has its sum and behind it how many they are; a negative id and a
 * null (`nulls` not 0) leave a row out. Gives how many rows were done: it stops in front of one whose sum would pass 2^53.
 */
export function addWholes(ids: usize, numbers: usize, indexes: usize, picked: usize, nulls: usize, count: i32, held: usize): i32 {
	if (nulls === 0 && indexes !== 0)
		return picked === 0 ? addIndexed(ids, numbers, indexes, count, held) : addPicked(ids, numbers, indexes, picked, count, held);
	for (let row: i32 = 0; row < count; row++) {
		const id = load<i32>(ids + ((<usize>row) << 2));
		if (id < 0 || (nulls !== 0 && load<u8>(nulls + <usize>row) !== 0)) continue;
		if (!addOne(held, id, numberOf(numbers, indexes, picked, row))) return row;
	}
	return count;
}

function addIndexed(ids: usize, numbers: usize, indexes: usize, count: i32, held: usize): i32 {
	const stop = ids + ((<usize>count) << 2);
	const shift = indexes - ids;
	for (let at = ids; at < stop; at += 4) {
		const id = load<i32>(at);
		if (id >= 0 && !addOne(held, id, numberAt(numbers, at + shift))) return <i32>((at - ids) >> 2);
	}
	return count;
}

function addPicked(ids: usize, numbers: usize, indexes: usize, picked: usize, count: i32, held: usize): i32 {
	const stop = ids + ((<usize>count) << 2);
	const shift = picked - ids;
	for (let at = ids; at < stop; at += 4) {
		const id = load<i32>(at);
		if (id >= 0 && !addOne(held, id, numberAt(numbers, indexes + ((<usize>load<u32>(at + shift)) << 2)))) return <i32>((at - ids) >> 2);
	}
	return count;
}

/** False, and nothing done, where the sum would pass 2^53. */
function addOne(held: usize, id: i32, number: f64): bool {
	const at = held + ((<usize>id) << 4);
	const next = f64x2.add(v128.load(at), f64x2.replace_lane(f64x2.splat(1), 0, number));
	if (abs(f64x2.extract_lane(next, 0)) > MOST_SAFE) return false;
	v128.store(at, next);
	return true;
}

/** Puts into `best` what is larger, or smaller, than what is there for the row's group. */
export function extremes(ids: usize, numbers: usize, indexes: usize, picked: usize, nulls: usize, count: i32, best: usize, largest: bool): void {
	if (nulls === 0 && indexes !== 0) {
		if (picked === 0) extremesIndexed(ids, numbers, indexes, count, best, largest);
		else extremesPicked(ids, numbers, indexes, picked, count, best, largest);
		return;
	}
	for (let row: i32 = 0; row < count; row++) {
		const id = load<i32>(ids + ((<usize>row) << 2));
		if (id < 0 || (nulls !== 0 && load<u8>(nulls + <usize>row) !== 0)) continue;
		takeBetter(best + ((<usize>id) << 3), numberOf(numbers, indexes, picked, row), largest);
	}
}

function extremesIndexed(ids: usize, numbers: usize, indexes: usize, count: i32, best: usize, largest: bool): void {
	const stop = ids + ((<usize>count) << 2);
	const shift = indexes - ids;
	for (let at = ids; at < stop; at += 4) {
		const id = load<i32>(at);
		if (id >= 0) takeBetter(best + ((<usize>id) << 3), numberAt(numbers, at + shift), largest);
	}
}

function extremesPicked(ids: usize, numbers: usize, indexes: usize, picked: usize, count: i32, best: usize, largest: bool): void {
	const stop = ids + ((<usize>count) << 2);
	const shift = picked - ids;
	for (let at = ids; at < stop; at += 4) {
		const id = load<i32>(at);
		if (id >= 0) takeBetter(best + ((<usize>id) << 3), numberAt(numbers, indexes + ((<usize>load<u32>(at + shift)) << 2)), largest);
	}
}

function takeBetter(at: usize, number: f64, largest: bool): void {
	const known = load<f64>(at);
	if (largest ? number > known : number < known) store<f64>(at, number);
}

/** The number that the index at `at` says. */
function numberAt(numbers: usize, at: usize): f64 {
	return load<f64>(numbers + ((<usize>load<u32>(at)) << 3));
}

function numberOf(numbers: usize, indexes: usize, picked: usize, row: i32): f64 {
	if (indexes === 0) return load<f64>(numbers + ((<usize>row) << 3));
	const index = picked === 0 ? <usize>row : <usize>load<u32>(picked + ((<usize>row) << 2));
	return load<f64>(numbers + ((<usize>load<u32>(indexes + (index << 2))) << 3));
}

/** Adds to `counts` how many rows each group has; see `addWholes` for the rest. */
export function addOnes(ids: usize, nulls: usize, count: i32, counts: usize): void {
	const stop = ids + ((<usize>count) << 2);
	if (nulls === 0) for (let at = ids; at < stop; at += 4) countOne(counts, load<i32>(at));
	else
		for (let at = ids; at < stop; at += 4) {
			if (load<u8>(nulls++) === 0) countOne(counts, load<i32>(at));
		}
}

function countOne(counts: usize, id: i32): void {
	if (id < 0) return;
	const at = counts + ((<usize>id) << 3);
	store<f64>(at, load<f64>(at) + 1);
}
