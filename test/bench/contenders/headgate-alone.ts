import worker from '../../../src/index.ts';

/**
 * The gateway without what it waits for: D1 answers at once, every token with the same member and every insert with success.
 * What is left is the gateway's own work: routing, checks, digests, dispatch, validation, the answer.
 */
const MEMBER = {
	// SHA-256 of the token that the benchmark sends.
	hash: '1b32c28cb38c05480eccc1bd60ff97029b57a05c96718b96dad7e9d84894f549',
	token_expires_at: null,
	token_scopes: null,
	grant_id: 1,
	grant_name: 'bench',
	grant_kind: 'pat',
	grant_scopes: 'admin',
	grant_tools: null,
	grant_read_only: 0,
	grant_expires_at: null,
	grant_revoked_at: null,
	grant_last_used_at: Number.MAX_SAFE_INTEGER,
	account_id: 1,
	account_slug: 'bench',
	account_name: 'Bench',
	gateway_enabled: 1,
	tools_revision: 0,
	user_id: 1,
	user_email: 'bench@example.com',
	role: 'owner',
};

const done = { success: true, meta: {}, results: [] };
const statement = { bind: () => statement, first: async () => null, run: async () => done, all: async () => done, raw: async () => [] };
const token = { bind: () => token, all: async () => ({ ...done, results: [MEMBER] }) };
const database = {
	prepare: (sql: string) => (sql.startsWith('SELECT t.hash') ? token : statement),
	batch: async () => [done],
} as unknown as D1Database;

export default {
	fetch: (request: Request, env: Env, context: ExecutionContext) => worker.fetch(request, { ...env, DB: database }, context),
};
