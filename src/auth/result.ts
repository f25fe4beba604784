import type { Reason } from './errors.ts';

/** A rule's answer. Refusals are values with a tagged reason; nothing in this room throws for a bad request. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: Reason };

export function ok<T>(value: T): Result<T> {
	return { ok: true, value };
}

export function refuse(reason: Reason): { readonly ok: false; readonly reason: Reason } {
	return { ok: false, reason };
}
