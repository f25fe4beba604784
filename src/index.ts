import { app } from './app.ts';

export { ClusterObject } from './objects/cluster.ts';
export { DatabaseObject } from './objects/database.ts';
export { RunObject } from './objects/run.ts';

export default { fetch: app.fetch } satisfies ExportedHandler<Env>;
