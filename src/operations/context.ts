import type { ConnectorEnv } from '../connectors/connector.ts';
import type { Logger } from '../lib/log.ts';
import type { Clock } from '../lib/time.ts';
import type { Store } from '../store/store.ts';
import type { Sealer } from './connections/seal.ts';
import type { MailService } from './hooks/channels.ts';
import type { DeliveryHandle } from './hooks/ports.ts';
import type { NoticeHandle } from './notices/ports.ts';
import type { ClusterHandle, RunHandle } from './runs/ports.ts';
import type { ScheduleHandle } from './schedules/ports.ts';
import type { Sessions } from './sessions/ports.ts';
import type { Tasks } from './tasks/ports.ts';

/**
 * What operations stand on, whoever calls. It holds no principal: rights are the caller's affair (the dispatcher checks scopes),
 * and the account always comes from the principal that is passed beside it.
 */
export interface OperationContext {
	readonly store: Store;
	/** The object of a run. Only for ids that were found in the principal's account. */
	/** `region` is where it is made, if it is not yet. */
	readonly runs: (runId: number, region?: string) => RunHandle;
	/** The object of a cluster; as for runs. */
	readonly clusters: (clusterId: number) => ClusterHandle;
	/** The object of an account's listeners: `announce` and `listen` use it. */
	readonly notices: (accountId: number) => NoticeHandle;
	readonly tasks: Tasks;
	readonly sessions: Sessions;
	/** The object of an account's schedules. */
	readonly schedules: (accountId: number) => ScheduleHandle;
	/** The object of an account's hooks. */
	readonly deliveries: (accountId: number) => DeliveryHandle;
	/** Null where the deployment has none. */
	readonly mail: MailService | null;
	readonly connectorEnv: ConnectorEnv;
	/** The gateway's own objects beside the accounts' files: archived logs, large results. */
	readonly archive: R2Bucket;
	readonly sealer: Sealer;
	readonly clock: Clock;
	readonly log: Logger;
	/** What the caller came through, kept with versions and in the audit: a tool's name, `admin_api`, `dashboard`. */
	readonly via: string;
	/** Lets work outlive the answer. */
	readonly waitUntil: (work: Promise<unknown>) => void;
}
