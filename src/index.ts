import { createApp } from './app.ts';
import { gateway } from './mcp/gateway.ts';
import { speakerOver } from './mcp/session.ts';
import { performOn } from './mcp/tasks/work.ts';
import { maintain } from './objects/maintain.ts';
import { sessionObject } from './objects/session.ts';
import { taskObject } from './objects/task.ts';

export { ClusterObject } from './objects/cluster.ts';
export { DatabaseObject } from './objects/database.ts';
export { DeliveryObject } from './objects/delivery.ts';
export { NoticeObject } from './objects/notice.ts';
export { RunObject } from './objects/run.ts';
export { ScheduleObject } from './objects/schedule.ts';

/** What they do is the protocol's affair, which objects know nothing of: it is handed to them here. */
export class SessionObject extends sessionObject(speakerOver(gateway)) {}
export class TaskObject extends taskObject(performOn(gateway)) {}

const app = createApp(gateway);

export default {
	fetch: app.fetch,
	scheduled: (_controller, env) => maintain(env),
} satisfies ExportedHandler<Env>;
