import type { PrincipalJson } from '../../model/principal-json.ts';

/** One HTTP request that belongs to a session, as the front hands it on: the client is known, the message is read. */
export interface SessionVisit {
	readonly method: 'GET' | 'POST' | 'DELETE';
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	/** Null where the request has none. */
	readonly message: unknown;
	readonly principal: PrincipalJson;
	readonly requestId: string;
	/** Where the gateway is known. */
	readonly origin: string;
	readonly accepts: { readonly json: boolean; readonly stream: boolean };
}

/** The object of one session. */
export interface SessionHandle {
	/** The body is a `SessionVisit`; the answer is the client's. */
	fetch(request: Request): Promise<Response>;
}

/** Where session objects are made and found, by ids that nobody can guess. */
export interface Sessions {
	create(): { readonly id: string; readonly session: SessionHandle };
	/** Null for a text that is no id of a session. */
	find(id: string): SessionHandle | null;
}

/** Tools that were enabled where only those can be called; kept with the session or chat. */
export interface EnabledTools {
	names(): Promise<ReadonlySet<string>>;
	/** Adds to them. */
	enable(names: readonly string[]): Promise<void>;
}
