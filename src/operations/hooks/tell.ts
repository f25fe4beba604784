import { iso } from '../../lib/time.ts';
import type { HookEvent, HookMessage } from '../../model/hook.ts';
import { clusterNews, runNews } from '../../store/hooks.ts';
import type { OperationContext } from '../context.ts';
import { told } from '../schedules/look.ts';

type TellContext = Pick<OperationContext, 'store' | 'schedules' | 'deliveries' | 'log' | 'clock'>;

const WORDS: Readonly<Record<HookEvent, string>> = {
	'run.submitted': 'was submitted',
	'run.started': 'has started',
	'run.completed': 'has completed',
	'run.failed': 'has failed',
	'run.stopped': 'was stopped',
	'cluster.requested': 'was requested',
	'cluster.available': 'is available',
	'cluster.idled': 'is idle',
	'cluster.terminated': 'was terminated',
	'cluster.error': 'has a fault',
};

/**
 * Hands what happened to a run to the hooks that want it, and the end of a scheduled one to its schedule. May be repeated: a message
 * is known by its id. Throws where it could not be handed over, so that whoever reports the run reports again.
 */
export async function tellOfRun(context: TellContext, runId: number, event: HookEvent): Promise<void> {
	const news = await runNews(context.store, runId, event);
	if (news === null) return;
	const ended = event !== 'run.submitted' && event !== 'run.started';
	if (ended && news.schedule_id !== null) await told(context, news.account_id);
	const hookIds = JSON.parse(news.hooks) as number[];
	if (hookIds.length === 0) return;
	const because = event === 'run.failed' && news.last_error !== null ? `: ${news.last_error}` : '';
	const message = {
		...aMessage(context, event, `run:${runId}`, `Run ${runId} of ${news.package_name} ${WORDS[event]}${because}`),
		data: {
			account_id: news.account_id,
			run_id: runId,
			package_id: news.package_id,
			package_name: news.package_name,
			error: event === 'run.failed' ? news.last_error : null,
		},
	};
	await context.deliveries(news.account_id).accept(message, hookIds);
}

/** The same for a cluster; `turn` tells apart the times that a cluster came to the same status. */
export async function tellOfCluster(context: TellContext, clusterId: number, event: HookEvent, turn: number): Promise<void> {
	const news = await clusterNews(context.store, clusterId, event);
	const hookIds = news === null ? [] : (JSON.parse(news.hooks) as number[]);
	if (news === null || hookIds.length === 0) return;
	const message = aMessage(context, event, `cluster:${clusterId}`, `Cluster ${news.name} ${WORDS[event]}`);
	const data = { account_id: news.account_id, cluster_id: clusterId, cluster_name: news.name, nodes: news.nodes };
	await context.deliveries(news.account_id).accept({ ...message, id: `${message.id}_${turn}`, data }, hookIds);
}

function aMessage({ clock }: TellContext, type: HookEvent, subject: string, summary: string): Omit<HookMessage, 'data'> {
	return { id: `msg_${type}_${subject}`.replaceAll(/[^A-Za-z0-9_]/g, '_'), type, timestamp: iso(clock()), subject, summary };
}
