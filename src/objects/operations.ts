import type { EmbeddedDatabase } from '../connectors/connector.ts';
import type { Logger } from '../lib/log.ts';
import { clusterRegionSchema } from '../model/cluster.ts';
import type { OperationContext } from '../operations/context.ts';
import type { MailService } from '../operations/hooks/channels.ts';
import type { DeliveryHandle } from '../operations/hooks/ports.ts';
import type { NoticeHandle } from '../operations/notices/ports.ts';
import { openOperations } from '../operations/open.ts';
import type { ClusterHandle, RunHandle } from '../operations/runs/ports.ts';
import type { ScheduleHandle } from '../operations/schedules/ports.ts';
import type { SessionHandle } from '../operations/sessions/ports.ts';
import type { TaskHandle } from '../operations/tasks/ports.ts';

/** The use cases as a Durable Object reaches them: its bindings instead of a request's. */
export function objectOperations(env: Env, log: Logger): OperationContext {
	return openOperations({
		database: env.DB,
		sealKeys: env.HEADGATE_SEAL_KEY,
		runs: (runId, region) => stub<RunHandle>(env.RUNS, `run:${runId}`, region),
		clusters: (clusterId) => stub<ClusterHandle>(env.CLUSTERS, `cluster:${clusterId}`),
		notices: (accountId) => stub<NoticeHandle>(env.NOTICES, `notice:${accountId}`),
		tasks: {
			create: () => made(env.TASKS, (id, task: TaskHandle) => ({ id, task })),
			find: (id) => found<TaskHandle>(env.TASKS, id),
		},
		sessions: {
			create: () => made(env.SESSIONS, (id, session: SessionHandle) => ({ id, session })),
			find: (id) => found<SessionHandle>(env.SESSIONS, id),
		},
		schedules: (accountId) => stub<ScheduleHandle>(env.SCHEDULES, `schedule:${accountId}`),
		deliveries: (accountId) => stub<DeliveryHandle>(env.DELIVERIES, `delivery:${accountId}`),
		mail: mailService(env),
		connectorEnv: {
			files: env.FILES,
			database: (accountId) => stub<EmbeddedDatabase>(env.DATABASES, `database:${accountId}`),
			fetch: (input, init) => fetch(input, init),
			allowPrivateHosts: env.HEADGATE_ALLOW_PRIVATE_HOSTS === 'true',
		},
		archive: env.FILES,
		log,
		via: 'run',
		// An object lives as long as its work: there is nothing that has to outlive an answer.
		waitUntil: () => {},
	});
}

const REGIONS = clusterRegionSchema.options;

/** Objects are reached by name; their stubs are typed by the ports they implement. */
export function stub<Port>(namespace: DurableObjectNamespace, name: string, region?: string): Port {
	const hint = REGIONS.find((location) => location === region && location !== 'edge') as DurableObjectLocationHint | undefined;
	return namespace.get(namespace.idFromName(name), hint === undefined ? {} : { locationHint: hint }) as unknown as Port;
}

/** An object under an id that nobody can guess. */
function made<Port, Made>(namespace: DurableObjectNamespace, give: (id: string, port: Port) => Made): Made {
	const id = namespace.newUniqueId();
	return give(id.toString(), namespace.get(id) as unknown as Port);
}

/** Null for a text that is no id of the namespace. */
function found<Port>(namespace: DurableObjectNamespace, id: string): Port | null {
	try {
		return namespace.get(namespace.idFromString(id)) as unknown as Port;
	} catch {
		return null;
	}
}

/** Resend's API unless another is named. */
const MAIL_URL = 'https://api.resend.com/emails';

function mailService({ HEADGATE_EMAIL_FROM: from, HEADGATE_EMAIL_API_KEY: key, HEADGATE_EMAIL_API_URL: url }: Env): MailService | null {
	return !from || !key ? null : { from, key, url: url || MAIL_URL };
}
