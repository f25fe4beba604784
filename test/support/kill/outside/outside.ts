import type { Campaign } from '../campaign.ts';
import type { Scenario } from '../scenario.ts';

/** A real server beside the gateway, which lives on when that is killed. */
export interface Outside {
	readonly scenarios: readonly Scenario[];
	readonly connections: Campaign['outside'];
	close(): Promise<void>;
}
