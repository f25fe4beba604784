/** What changed in an account: one of the lists that its clients may keep, a run, a package (by all the names it had before and has now), or a task. */
export type Change =
	| 'tools'
	| 'resources'
	| 'prompts'
	| { readonly run: number }
	| { readonly package: number; readonly names: readonly string[] }
	| { readonly task: string };

/** The object of an account's listeners, reached by `notice:<account>`. It keeps nothing: who does not listen is not told. */
export interface NoticeHandle {
	/** Gives how many listeners wanted to hear it. */
	announce(change: Change): Promise<number>;
	/**
	 * Answers an upgrade to a WebSocket, over which each change of the `topics` of its address (a JSON array) then comes as JSON; 503
	 * when too many listen. A message of the same form exchanges the topics.
	 */
	fetch(request: Request): Promise<Response>;
}
