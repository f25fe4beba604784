import { type BearerRow, bearerRows } from '../../store/tokens.ts';
import type { OperationContext } from '../context.ts';

/**
 * Looking up bearers of requests that are under way at the same moment. A statement costs D1 about the same for one bearer and for
 * many, so while one is under way, those who come wait for their turn and then go together. Nothing is kept: whoever asks is looked
 * up by a statement that was sent after they asked, so a revocation holds for every request that comes after it.
 *
 * A request may end at any moment, and with it whatever it was about to do for others. So each waits on a timer of its own (the
 * runtime also takes a request that waits only for another one for hung), and asks for itself when nobody did in time.
 */
interface Waiting {
	readonly hash: string;
	/** The row, or that it has to ask. Called from another request; what follows runs in the waiting one. */
	tell(word: Word): void;
}

type Word = { readonly row: BearerRow | null } | 'ask';

interface Line {
	readonly waiting: Set<Waiting>;
	/** The statement that was sent last, while it is under way. */
	asking: { readonly since: number } | null;
}

/**
 * The most that company may cost. Long enough for the statement of another to end on a busy core: at 5 ms most gave up and asked for
 * themselves (with eight in flight 1.6 ms of processor time a call, against 1.3 at 20 ms and 1.0 at 50).
 */
const LONGEST_WAIT_MS = 20;
/** A statement without an answer for so long has ended with its request. */
const LOST_MS = 1_000;

const lines = new WeakMap<D1Database, Line>();

type LookupContext = Pick<OperationContext, 'store' | 'clock' | 'waitUntil'>;

/** What a bearer of this SHA-256 stands for; null where nothing. */
export async function findBearer(context: LookupContext, hash: string): Promise<BearerRow | null> {
	const line = lineTo(context.store.$client);
	if (staysInItsRequest() && line.asking !== null && context.clock() - line.asking.since < LOST_MS) {
		const word = await turn(line, hash);
		if (word !== 'ask') return word.row;
	}
	return ask(line, hash, context);
}

/**
 * Whether somebody who is told by another request goes on in their own. With the flag off (as vitest's runner has it, and dates
 * before 2024-10-14) they would go on in the other's, where their own body cannot be read: then everybody asks for themselves.
 */
function staysInItsRequest(): boolean {
	return typeof Cloudflare !== 'undefined' && Cloudflare.compatibilityFlags['handle_cross_request_promise_resolution'] === true;
}

function lineTo(database: D1Database): Line {
	const known = lines.get(database);
	if (known !== undefined) return known;
	const line = { waiting: new Set<Waiting>(), asking: null };
	lines.set(database, line);
	return line;
}

async function turn(line: Line, hash: string): Promise<Word> {
	const { promise, resolve } = Promise.withResolvers<Word>();
	const waiting = { hash, tell: resolve };
	line.waiting.add(waiting);
	let timer = setTimeout(() => {
		if (line.waiting.delete(waiting)) resolve('ask');
		else timer = setTimeout(() => resolve('ask'), LOST_MS);
	}, LONGEST_WAIT_MS);
	try {
		return await promise;
	} finally {
		clearTimeout(timer);
	}
}

/** Asks for this one and for all that wait. */
async function ask(line: Line, hash: string, { store, clock, waitUntil }: LookupContext): Promise<BearerRow | null> {
	const others = [...line.waiting];
	line.waiting.clear();
	const asking = { since: clock() };
	line.asking = asking;
	const answered = bearerRows(store, [...new Set([hash, ...others.map((other) => other.hash)])])
		.then(
			(rows) => {
				for (const other of others) other.tell({ row: rows.get(other.hash) ?? null });
				return rows.get(hash) ?? null;
			},
			(error: unknown) => {
				for (const other of others) other.tell('ask');
				throw error;
			},
		)
		.finally(() => {
			if (line.asking === asking) line.asking = null;
			letNextAsk(line);
		});
	// Its client may go away while others wait for the same answer.
	if (others.length > 0) waitUntil(answered.catch(() => undefined));
	return answered;
}

function letNextAsk(line: Line): void {
	if (line.asking !== null) return;
	for (const next of line.waiting) {
		line.waiting.delete(next);
		next.tell('ask');
		return;
	}
}
