import { componentResource } from './components.ts';
import { packageResource } from './packages.ts';
import type { ResourceKind } from './resource.ts';
import { logResource, runResource } from './runs.ts';

/** Every kind of resource, in the order in which resources/templates/list shows them. */
export const RESOURCES = [packageResource, runResource, logResource, componentResource] satisfies readonly ResourceKind[] as readonly ResourceKind[];
