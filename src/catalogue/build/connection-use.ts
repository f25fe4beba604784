import type { KnownConnection } from '../component.ts';

/** A connection that a package uses, and the ids of the components that do. */
export interface ConnectionUse extends KnownConnection {
	readonly components: readonly string[];
}

export function noteConnections(used: readonly KnownConnection[], component: string, uses: Map<number, ConnectionUse>): void {
	for (const connection of used) {
		const components = uses.get(connection.id)?.components ?? [];
		if (!components.includes(component)) uses.set(connection.id, { ...connection, components: [...components, component] });
	}
}
