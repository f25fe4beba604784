import { CLIENT_CAPABILITIES_META_KEY } from '@modelcontextprotocol/server';
import * as z from 'zod';
import type { Change } from '../../operations/notices/ports.ts';
import type { Topic } from '../../operations/notices/topics.ts';
import type { TaskView } from '../../operations/tasks/ports.ts';
import type { Exchange } from '../exchange.ts';
import { type FoundTask, findTask, lookAtTask, topicOfTask } from '../tasks/find.ts';
import { TASKS } from '../tasks/start.ts';

/** Resources and tasks that one subscription can name; of more the rest is not agreed to. */
const MOST_NAMED = 100;

const LISTS = { tools: 'toolsListChanged', prompts: 'promptsListChanged', resources: 'resourcesListChanged' } as const;

const filterSchema = z.object({
	toolsListChanged: z.boolean().optional(),
	promptsListChanged: z.boolean().optional(),
	resourcesListChanged: z.boolean().optional(),
	resourceSubscriptions: z.array(z.string()).optional(),
	taskIds: z.array(z.string().max(500)).optional(),
});
export type Filter = z.infer<typeof filterSchema>;

const listenSchema = z.object({
	id: z.union([z.string(), z.number()]),
	params: z.object({
		notifications: filterSchema,
		_meta: z.object({ [CLIENT_CAPABILITIES_META_KEY]: z.object({ extensions: z.record(z.string(), z.unknown()).optional() }).optional() }).optional(),
	}),
});

/** What a client asks to hear. */
export interface ListenRequest {
	readonly id: string | number;
	readonly filter: Filter;
	readonly knowsTasks: boolean;
}

/** Null for what is no such request. */
export function listenRequest(message: unknown): ListenRequest | null {
	const parsed = listenSchema.safeParse(message);
	if (!parsed.success) return null;
	const { id, params } = parsed.data;
	return { id, filter: params.notifications, knowsTasks: params._meta?.[CLIENT_CAPABILITIES_META_KEY]?.extensions?.[TASKS] !== undefined };
}

/** A task that is listened to, and how it stood when the listening began. */
export interface HeardTask {
	readonly task: FoundTask;
	readonly view: TaskView;
}

/** What of a filter is agreed to. */
export interface Agreed {
	readonly lists: readonly (keyof typeof LISTS)[];
	readonly resources: readonly string[];
	readonly tasks: readonly HeardTask[];
}

/** What the surface can tell, and this principal may hear: resources it may read and tasks of its own. */
export async function agreedTo(filter: Filter, exchange: Exchange): Promise<Agreed> {
	const { capabilities, watching } = exchange.surface;
	const lists = (['tools', 'prompts', 'resources'] as const).filter((list) => filter[LISTS[list]] === true && capabilities[list]?.listChanged === true);
	const resources: string[] = [];
	for (const uri of capabilities.resources?.subscribe === true ? named(filter.resourceSubscriptions) : []) {
		if (await watching.mayWatch(uri, exchange)) resources.push(uri);
	}
	const tasks: HeardTask[] = [];
	for (const id of named(filter.taskIds)) {
		const task = await findTask(id, exchange);
		const view = task === null ? null : await lookAtTask(task, exchange);
		if (task !== null && view !== null) tasks.push({ task, view });
	}
	return { lists, resources, tasks };
}

/** The same as the acknowledgement tells it. */
export function acknowledged({ lists, resources, tasks }: Agreed): Filter {
	return {
		...Object.fromEntries(lists.map((list) => [LISTS[list], true])),
		...(resources.length === 0 ? {} : { resourceSubscriptions: [...resources] }),
		...(tasks.length === 0 ? {} : { taskIds: tasks.map(({ task }) => task.id) }),
	};
}

export function isEmpty({ lists, resources, tasks }: Agreed): boolean {
	return lists.length + resources.length + tasks.length === 0;
}

/** What has to be heard for it. */
export function topicsOf({ lists, resources, tasks }: Agreed, { surface }: Exchange): Topic[] {
	const ofResources = resources.map((uri) => surface.watching.topic(uri)).filter((topic) => topic !== null);
	return [...(lists.length === 0 ? [] : (['lists'] as const)), ...ofResources, ...tasks.map(({ task }) => topicOfTask(task))];
}

export function isAboutList(change: Change): change is keyof typeof LISTS {
	return typeof change === 'string';
}

function named(list: readonly string[] | undefined): string[] {
	return [...new Set(list)].slice(0, MOST_NAMED);
}
