/** What changed in an account: one of the lists that its clients may keep, or what stands at one address. */
export type Change = 'tools' | 'resources' | 'prompts' | { readonly resource: string };

/** The object of an account's listeners, reached by `notice:<account>`. It keeps nothing: who does not listen is not told. */
export interface NoticeHandle {
	announce(change: Change): Promise<void>;
	/** Answers an upgrade to a WebSocket, over which each change then comes as JSON; 503 when too many listen. */
	fetch(request: Request): Promise<Response>;
}
