import type { Change } from './ports.ts';

/**
 * What a listener can want to hear of: coarse enough to be few, fine enough that nobody is woken once a second by runs of others.
 * What exactly a listener is told is its own affair.
 */
export type Topic = 'lists' | 'packages' | 'tasks' | `run:${number}`;

/** A listener that wants more topics than this hears everything. */
const MOST_TOPICS = 100;
const EVERYTHING = '*';

export function topicOf(change: Change): Topic {
	if (typeof change === 'string') return 'lists';
	if ('run' in change) return `run:${change.run}`;
	return 'package' in change ? 'packages' : 'tasks';
}

/** As they are sent and kept. */
export function wantedTopics(topics: Iterable<Topic>): readonly string[] {
	const distinct = [...new Set<string>(topics)];
	return distinct.length > MOST_TOPICS ? [EVERYTHING] : distinct;
}

export function wants(topics: readonly string[], change: Change): boolean {
	return topics.includes(EVERYTHING) || topics.includes(topicOf(change));
}
