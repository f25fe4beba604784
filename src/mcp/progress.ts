import type { Clock } from '../lib/time.ts';

/** A client is told at most once a second: each notification is an event on its stream. */
const INTERVAL = 1_000;

export type Notify = (progress: { progress: number; total?: number; message: string }) => Promise<void>;

/** What a tool reports, passed on: rising only, as the protocol demands, and not too often. Without `notify` nobody asked. */
export function progressReporter(notify: Notify | null, clock: Clock): (progress: number, total: number | null, message: string) => void {
	if (notify === null) return () => undefined;
	let told = Number.NEGATIVE_INFINITY;
	let at = Number.NEGATIVE_INFINITY;
	return (progress, total, message) => {
		const now = clock();
		if (progress <= told || now - at < INTERVAL) return;
		told = progress;
		at = now;
		// The client may be gone; the call goes on either way.
		notify({ progress, message, ...(total === null ? {} : { total }) }).catch(() => undefined);
	};
}
