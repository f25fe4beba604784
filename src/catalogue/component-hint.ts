import { nearest } from '../lib/nearest.ts';
import { COMPONENTS, nearestComponent } from './index.ts';

export const CATEGORIES = ['source', 'transformation', 'destination', 'task'] as const;
export type Category = (typeof CATEGORIES)[number];

/** The nearest component type, else those there are. */
export function componentHint(key: string): string {
	const near = nearestComponent(key);
	if (near !== undefined) return `did you mean ${near}?`;
	const category = nearest(
		key
			.replace(/_component$/, '')
			.split('_')
			.at(-1) ?? '',
		CATEGORIES,
	);
	const listed = COMPONENTS.filter((definition) => category === undefined || definition.category === category).map((definition) => definition.key);
	return `component types: ${listed.join(', ')}; list_component_types tells more`;
}
