import { createHash, randomBytes } from 'node:crypto';
import { globSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openSession, type Session } from '../../src/cli/embedded/session.ts';
import { load, type Measured, type Target } from './load.ts';
import { median } from './median.ts';
import type { Workload } from './report.ts';

const FEW = 1000;
const MANY = 100_000;
const ROUNDS = 5;
/** Processor time of the runtime. */
const ROUND_CPU_MS = 500;
const WARM_UP_CPU_MS = 400;

/** Its token is validated, then it is refused as it is without a server being made: what authorization alone lets through a second. */
const NOTHING = '[]';
/** What the same costs with the protocol on top: `ping` is answered without a look at any other table. */
const PING = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });

/**
 * Requests a second and processor time of a validated request among 100,000 tokens, a different one each time, beside the same
 * gateway with 1,000, which shows whether the look-up stays flat; and of one that is refused.
 */
export async function benchAuthorization(say: (line: string) => void): Promise<readonly Workload[]> {
	const [few, many] = [await aGateway(FEW, say), await aGateway(MANY, say)];
	const strangers = Array.from({ length: 1000 }, newToken);
	try {
		const answering = (status: number) => ({
			headgate: { target: { ...targetOf(many.session), status }, tokens: many.tokens },
			headgate_with_1000_tokens: { target: { ...targetOf(few.session), status }, tokens: few.tokens },
		});
		const refused = { headgate: { target: { ...targetOf(many.session), status: 401 }, tokens: strangers } };
		return [
			...(await measure('validated_request', answering(400), NOTHING, say)),
			...(await measure('validated_ping', answering(200), PING, say)),
			...(await measure('refused_request', refused, NOTHING, say)),
		];
	} finally {
		for (const gateway of [few, many]) await gateway.close();
	}
}

interface Contender {
	readonly target: Target;
	readonly tokens: readonly string[];
}

async function measure(name: string, contenders: Readonly<Record<string, Contender>>, body: string, say: (line: string) => void): Promise<readonly Workload[]> {
	const rounds = new Map<string, Measured[]>(Object.keys(contenders).map((contender) => [contender, []]));
	let sent = 0;
	for (let round = -1; round < ROUNDS; round++) {
		for (const [contender, { target, tokens }] of Object.entries(contenders)) {
			// Far apart in the order of their making, and never the same one twice.
			const headers = () => ({ authorization: `Bearer ${tokens[(sent++ * 97) % tokens.length]}`, 'content-type': 'application/json' });
			const measured = await load(target, headers, body, round < 0 ? WARM_UP_CPU_MS : ROUND_CPU_MS);
			if (round >= 0) rounds.get(contender)?.push(measured);
		}
		if (round >= 0) say(`${name}: round ${round + 1} of ${ROUNDS}`);
	}
	const values = (of: (measured: Measured) => number) => Object.fromEntries([...rounds].map(([contender, results]) => [contender, median(results.map(of))]));
	return [
		{ name: `${name}_rps`, unit: 'rps', values: values((measured) => measured.requestsPerSecond) },
		{ name: `${name}_cpu`, unit: 'cpu_ms', values: values((measured) => measured.cpuMsPerRequest) },
	];
}

/** A gateway whose database holds that many more tokens, each of a grant of its own, written while it was down. */
async function aGateway(tokens: number, say: (line: string) => void) {
	const folder = await mkdtemp(join(tmpdir(), 'headgate-bench-'));
	const options = { state: folder, host: '127.0.0.1', port: 0, log: () => {} };
	await (await openSession(options)).close();
	const made = Array.from({ length: tokens }, newToken);
	writeTokens(folder, made);
	say(`${tokens} tokens written`);
	const session = await openSession(options);
	const close = async () => {
		await session.close();
		await rm(folder, { recursive: true, force: true });
	};
	return { session, tokens: made, close };
}

function writeTokens(state: string, made: readonly string[]): void {
	const [file] = globSync(join(state, 'data/**/*.sqlite')).filter(hasTokens);
	if (file === undefined) throw new Error('the embedded D1 was not found in the state folder');
	const database = new DatabaseSync(file);
	const grant = database.prepare(
		"INSERT INTO grants (account_id, user_id, kind, name, scopes, created_at, last_used_at) VALUES (1, 1, 'pat', 'bench', 'read write run', ?, ?)",
	);
	const token = database.prepare("INSERT INTO tokens (hash, grant_id, kind, created_at) VALUES (?, ?, 'pat', ?)");
	// Used in the future: noting the last use would measure writes, which happen once in five minutes.
	const [now, later] = [Date.now(), Date.now() + 86_400_000];
	database.exec('BEGIN');
	for (const one of made) token.run(createHash('sha256').update(one).digest('hex'), grant.run(now, later).lastInsertRowid, now);
	database.exec('COMMIT');
	database.close();
}

function hasTokens(file: string): boolean {
	const database = new DatabaseSync(file);
	const found = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'tokens'").get() !== undefined;
	database.close();
	return found;
}

function targetOf({ mcpUrl, token, runtime }: Session): Target {
	if (runtime === null) throw new Error('processor time is read from /proc: this benchmark runs on Linux');
	return { url: mcpUrl, token, pid: runtime };
}

const newToken = (): string => `mcp_${randomBytes(32).toString('base64url')}`;
