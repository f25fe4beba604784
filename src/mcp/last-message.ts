/** An answer as one JSON document, for clients that take no stream: of the events of a stream the last, which is the result. */
export async function lastMessage(response: Response): Promise<Response> {
	if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return response;
	const data = (await response.text()).split('\n').filter((line) => line.startsWith('data: '));
	const headers = new Headers(response.headers);
	headers.set('content-type', 'application/json');
	return new Response(data.at(-1)?.slice('data: '.length) ?? null, { status: response.status, headers });
}
