/** Where a run keeps what is long, beside the account's own files and out of their reach. */

/** Bad records, in pages of NDJSON. */
export function badRecordsPrefix(accountId: number, runId: number): string {
	return `accounts/${accountId}/bad-records/${runId}/`;
}

/** Rows of a result destination that are too long for D1, one JSON object a line. */
export function resultKey(accountId: number, runId: number, component: string): string {
	return `accounts/${accountId}/results/${runId}/${encodeURIComponent(component)}.ndjson`;
}

/** Rows that the caller of a run gave it, one JSON value a line. */
export function payloadKey(accountId: number, runId: number): string {
	return `accounts/${accountId}/payloads/${runId}.ndjson`;
}

/** What a workflow's tasks came to, sealed: results may be of secret variables. */
export function workflowKey(accountId: number, runId: number): string {
	return `accounts/${accountId}/workflows/${runId}`;
}
