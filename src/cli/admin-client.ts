import { sendJson } from './http-client.ts';

/** The administration API of a running gateway, local or deployed. */
export interface AdminClient {
	/** Repeating it is no error. */
	createAccount(account: { readonly slug: string; readonly name?: string }): Promise<{ readonly id: number; readonly slug: string; readonly created: boolean }>;
	/** Creates the user or makes an existing one a member; repeated, it sets role and password. */
	createUser(user: {
		readonly email: string;
		readonly account: string;
		readonly role: string;
		readonly password?: string;
	}): Promise<{ readonly id: number; readonly created: boolean }>;
	/** The answer is the only place where the token is ever shown. */
	createToken(token: NewToken): Promise<string>;
}

export interface NewToken {
	readonly account: string;
	readonly user: string;
	readonly name: string;
	readonly scopes: readonly string[];
	/** Null: it does not expire. */
	readonly expires_days: number | null;
	readonly read_only: boolean;
}

export function adminClient(url: string, adminToken: string): AdminClient {
	const post = async <Answer>(noun: string, body: unknown): Promise<Answer> => (await sendJson(`${url}/api/admin/${noun}`, adminToken, body)) as Answer;
	return {
		async createAccount(account) {
			const answer = await post<{ account: { id: number; slug: string }; created: boolean }>('accounts', account);
			return { ...answer.account, created: answer.created };
		},
		async createUser(user) {
			const answer = await post<{ user: { id: number }; created: boolean }>('users', user);
			return { id: answer.user.id, created: answer.created };
		},
		async createToken(token) {
			return (await post<{ token: string }>('tokens', token)).token;
		},
	};
}
