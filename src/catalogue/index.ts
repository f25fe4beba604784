import { nearest } from '../lib/nearest.ts';
import { ALIASES, type ComponentAlias } from './aliases.ts';
import type { AnyDefinition } from './component.ts';
import { cloudStorageDestination } from './destinations/cloud-storage.ts';
import { databaseDestination } from './destinations/database.ts';
import { restApiDestination } from './destinations/rest-api.ts';
import { resultDestination } from './destinations/result.ts';
import { cloudStorageSource } from './sources/cloud-storage.ts';
import { databaseSource } from './sources/database.ts';
import { payloadSource } from './sources/payload.ts';
import { restApiSource } from './sources/rest-api.ts';
import { executeSql } from './tasks/execute-sql.ts';
import { httpCall } from './tasks/http-call.ts';
import { moveFile } from './tasks/move-file.ts';
import { runPackage } from './tasks/run-package.ts';
import { sleep } from './tasks/sleep.ts';
import { aggregate } from './transforms/aggregate.ts';
import { assert } from './transforms/assert.ts';
import { clone } from './transforms/clone.ts';
import { code } from './transforms/code.ts';
import { crossJoin } from './transforms/cross-join.ts';
import { cube } from './transforms/cube.ts';
import { distinct } from './transforms/distinct.ts';
import { filter } from './transforms/filter.ts';
import { flatten } from './transforms/flatten.ts';
import { join } from './transforms/join.ts';
import { limit } from './transforms/limit.ts';
import { parseJson } from './transforms/parse-json.ts';
import { pivot } from './transforms/pivot.ts';
import { rank } from './transforms/rank.ts';
import { sample } from './transforms/sample.ts';
import { select } from './transforms/select.ts';
import { sort } from './transforms/sort.ts';
import { union } from './transforms/union.ts';
import { unpivot } from './transforms/unpivot.ts';
import { window } from './transforms/window.ts';

/** Everything a package may be made of, in the order it is shown. */
export const COMPONENTS = [
	cloudStorageSource,
	databaseSource,
	restApiSource,
	payloadSource,
	select,
	filter,
	assert,
	join,
	crossJoin,
	union,
	clone,
	distinct,
	limit,
	sample,
	sort,
	rank,
	aggregate,
	cube,
	window,
	flatten,
	pivot,
	unpivot,
	parseJson,
	code,
	cloudStorageDestination,
	databaseDestination,
	restApiDestination,
	resultDestination,
	runPackage,
	executeSql,
	moveFile,
	httpCall,
	sleep,
] as const satisfies readonly AnyDefinition[];

export interface FoundComponent {
	readonly definition: AnyDefinition;
	/** Where the key is a vendor's. */
	readonly alias: ComponentAlias | null;
}

const BY_KEY: ReadonlyMap<string, FoundComponent> = new Map([
	...COMPONENTS.map((definition): [string, FoundComponent] => [definition.key, { definition, alias: null }]),
	...ALIASES.flatMap((alias): [string, FoundComponent][] => {
		const definition = COMPONENTS.find((component) => component.key === alias.base);
		return definition === undefined ? [] : [[alias.key, { definition, alias }]];
	}),
]);

/** The component of a wrapper key, a vendor's included. */
export function findComponent(key: string): FoundComponent | undefined {
	return BY_KEY.get(key);
}

/** The key that was probably meant: with or without `_component` behind it, or the nearest. */
export function nearestComponent(key: string): string | undefined {
	const whole = key.endsWith('_component') ? key : `${key}_component`;
	return BY_KEY.has(whole) ? whole : nearest(whole, BY_KEY.keys());
}
