import { randomToken } from '../../lib/crypto.ts';
import { AppError } from '../../lib/errors.ts';
import { DAY } from '../../lib/time.ts';
import type { Principal } from '../../model/principal.ts';
import type { OperationContext } from '../context.ts';

type Answers = Pick<OperationContext, 'archive' | 'clock'>;

/** Answers of a day lie together, so that those of a day that is over go without an index. */
const FOLDER = 'answers/';

/** Keeps an answer that was too long to be told, for a day and for this grant alone. Gives the handle under which it is read. */
export async function keepAnswer({ archive, clock }: Answers, principal: Principal, value: unknown): Promise<string> {
	const handle = `${dayOf(clock())}.${randomToken()}`;
	await archive.put(keyOf(principal, handle), JSON.stringify(value), { httpMetadata: { contentType: 'application/json' } });
	return handle;
}

/** A kept answer of this grant. */
export async function keptAnswer({ archive, clock }: Answers, principal: Principal, handle: string): Promise<unknown> {
	const day = /^(\d{4}-\d{2}-\d{2})\.[A-Za-z0-9_-]{10,64}$/.exec(handle)?.[1];
	// One that is over a day old may still lie there until the next sweep.
	const fresh = day !== undefined && Date.parse(day) > clock() - 2 * DAY;
	const object = fresh ? await archive.get(keyOf(principal, handle)) : null;
	if (object !== null) return object.json();
	throw new AppError('not_found', `there is no answer under the handle ${JSON.stringify(handle.slice(0, 100))}`, {
		hint: 'Answers are kept for a day, for the token they were given to: make the call again for a new handle.',
	});
}

/** Removes what was kept on days that ended before a moment. Gives how many answers. */
export async function forgetAnswers({ archive }: Pick<OperationContext, 'archive'>, before: number): Promise<number> {
	const { delimitedPrefixes } = await archive.list({ prefix: FOLDER, delimiter: '/' });
	let forgotten = 0;
	for (const prefix of delimitedPrefixes.filter((each) => Date.parse(each.slice(FOLDER.length, -1)) + DAY <= before)) {
		for (;;) {
			const { objects } = await archive.list({ prefix, limit: 1_000 });
			if (objects.length === 0) break;
			await archive.delete(objects.map(({ key }) => key));
			forgotten += objects.length;
		}
	}
	return forgotten;
}

function keyOf({ account, grant }: Principal, handle: string): string {
	const [day, token] = handle.split('.');
	return `${FOLDER}${day}/${account.id}-${grant.id}/${token}.json`;
}

function dayOf(at: number): string {
	return new Date(at).toISOString().slice(0, 10);
}
