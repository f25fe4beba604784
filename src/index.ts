import { app } from './app.ts';
import { maintain } from './objects/maintain.ts';

export { ClusterObject } from './objects/cluster.ts';
export { DatabaseObject } from './objects/database.ts';
export { NoticeObject } from './objects/notice.ts';
export { RunObject } from './objects/run.ts';

export default {
	fetch: app.fetch,
	scheduled: (_controller, env) => maintain(env),
} satisfies ExportedHandler<Env>;
