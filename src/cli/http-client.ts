import { AppError, type ErrorCode } from '../lib/errors.ts';

/** Sends a request to a gateway; anything but success becomes an AppError in the gateway's own words. */
export async function send(url: string, token: string, request: RequestInit = {}): Promise<Response> {
	const headers = new Headers(request.headers);
	headers.set('authorization', `Bearer ${token}`);
	const response = await fetch(url, { ...request, headers }).catch((error: unknown) => {
		throw new AppError('unavailable', `No gateway answers at ${new URL(url).origin} (${reason(error)}).`, {
			hint: 'Start one with `npm start`, or say where it is with --url or HEADGATE_URL.',
		});
	});
	if (response.ok) return response;
	throw await refusal(response);
}

/** As `send`, with a JSON body and a JSON answer. */
export async function sendJson(url: string, token: string, body: unknown): Promise<unknown> {
	const response = await send(url, token, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
	return response.json();
}

async function refusal(response: Response): Promise<AppError> {
	const text = await response.text();
	const { error } = parsed(text);
	const told = typeof error === 'object' && error !== null ? (error as Record<string, unknown>) : { message: error };
	const message = typeof told['message'] === 'string' ? told['message'] : `The gateway answered ${response.status} ${response.statusText}.`;
	const hint = typeof told['hint'] === 'string' ? told['hint'] : '';
	return new AppError(CODES[response.status] ?? 'upstream', message, { hint });
}

const CODES: Readonly<Record<number, ErrorCode>> = {
	400: 'invalid_input',
	401: 'unauthenticated',
	403: 'forbidden',
	404: 'not_found',
	409: 'conflict',
	413: 'limit',
	422: 'invalid_input',
	429: 'rate_limited',
	503: 'unavailable',
};

function parsed(text: string): { readonly error?: unknown } {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === 'object' && value !== null ? value : {};
	} catch {
		return {};
	}
}

/** fetch hides why a connection failed in `cause`. */
function reason(error: unknown): string {
	const cause = error instanceof Error ? error.cause : undefined;
	if (cause instanceof Error && 'code' in cause) return String(cause.code);
	return error instanceof Error ? error.message : String(error);
}
