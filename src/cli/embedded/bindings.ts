/**
 * What the Worker is given locally: the same names as in wrangler.toml (a contract test compares the two), in the words of
 * miniflare 5. Reading wrangler.toml itself would cost a second at every start, for that is what loading wrangler takes.
 */
export const COMPATIBILITY = { date: '2026-11-01', flags: ['nodejs_compat', 'enable_request_signal'] };

export const OBJECTS = {
	RUNS: 'RunObject',
	CLUSTERS: 'ClusterObject',
	DATABASES: 'DatabaseObject',
	NOTICES: 'NoticeObject',
	SESSIONS: 'SessionObject',
	TASKS: 'TaskObject',
	SCHEDULES: 'ScheduleObject',
	DELIVERIES: 'DeliveryObject',
} as const;

export const DATABASE = { binding: 'DB', name: 'headgate' } as const;
export const BUCKET = { binding: 'FILES', name: 'headgate-files' } as const;

/** wrangler.toml's [[ratelimits]], and the variable of the environment that says how many calls a minute; unset, a gateway of one's own counts nothing. */
export const RATES = { TOKEN_CALLS: 'HEADGATE_TOKEN_CALLS', ACCOUNT_CALLS: 'HEADGATE_ACCOUNT_CALLS' } as const;
export const RATE_PERIOD = 60;

/** Texts of wrangler.toml's [vars]; the environment of `npm start` may set them. */
export const VARS = [
	'HEADGATE_PUBLIC_URL',
	'HEADGATE_ALLOWED_HOSTS',
	'HEADGATE_ALLOWED_ORIGINS',
	'HEADGATE_ACCESS_TOKEN_HOURS',
	'HEADGATE_REFRESH_GRACE_SECONDS',
	'HEADGATE_PASSWORD_GRANT',
	'HEADGATE_ALLOW_HTTP_CLIENT_METADATA',
	'HEADGATE_OIDC_ISSUER',
	'HEADGATE_OIDC_CLIENT_ID',
	'HEADGATE_OIDC_NAME',
	'HEADGATE_ACCESS_TEAM',
	'HEADGATE_ACCESS_AUDIENCE',
	'HEADGATE_ENVIRONMENT',
	'HEADGATE_CODE_ISOLATES',
	'HEADGATE_EMAIL_FROM',
	'HEADGATE_EMAIL_API_URL',
	'HEADGATE_ALLOW_PRIVATE_HOSTS',
] as const;
export const SECRETS = ['HEADGATE_SEAL_KEY', 'HEADGATE_ADMIN_TOKEN', 'HEADGATE_SETUP_SECRET'] as const;
/** Secrets that nothing makes: their owner has them from somebody else. */
export const OPTIONAL_SECRETS = ['HEADGATE_OIDC_CLIENT_SECRET', 'HEADGATE_EMAIL_API_KEY'] as const;

export const WORKER = 'headgate';

/** The clean-up: wrangler.toml's cron trigger, and the same in milliseconds. */
export const CLEAN_UP = { cron: '*/10 * * * *', everyMs: 600_000 } as const;

type Texts = Readonly<Record<(typeof VARS)[number] | (typeof SECRETS)[number] | (typeof OPTIONAL_SECRETS)[number], string>>;

/** What the environment of a process says of them; empty where it says nothing. */
export function textsFrom(environment: Readonly<Record<string, string | undefined>>): Texts {
	return Object.fromEntries([...VARS, ...SECRETS, ...OPTIONAL_SECRETS].map((name) => [name, environment[name] ?? ''])) as Texts;
}

/** The `env` and `exports` of a miniflare worker. */
export function bindings(texts: Texts, environment: Readonly<Record<string, string | undefined>> = {}) {
	const text = Object.entries(texts).map(([name, value]) => [name, { type: 'text' as const, value }] as const);
	const objects = Object.entries(OBJECTS).map(([name, exportName]) => [name, { type: 'durable-object' as const, worker: WORKER, exportName }] as const);
	const rates = Object.entries(RATES).flatMap(([name, variable]) => {
		const limit = Number(environment[variable] ?? '');
		if (!Number.isSafeInteger(limit) || limit < 1) return [];
		return [[name, { type: 'rate-limit' as const, namespace: name, simple: { limit, period: RATE_PERIOD as 60 } }] as const];
	});
	return {
		env: {
			[DATABASE.binding]: { type: 'd1' as const, id: DATABASE.name },
			[BUCKET.binding]: { type: 'r2' as const, name: BUCKET.name },
			...Object.fromEntries(text),
			...Object.fromEntries(objects),
			...Object.fromEntries(rates),
		},
		exports: Object.fromEntries(Object.values(OBJECTS).map((name) => [name, { type: 'durable-object' as const, storage: 'sqlite' as const }])),
	};
}
