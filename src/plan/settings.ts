import type { Settings } from '../model/package.ts';
import type { RunSettings } from './plan.ts';

/** A package's settings with every default filled in: no bound on bad rows, no timeout, columns evolve, types are frozen. */
export function resolveSettings(settings: Settings): RunSettings {
	return {
		maxErrors: maxErrors(settings.max_errors),
		timeoutMinutes: settings.timeout_minutes ?? null,
		contracts: { columns: settings.contracts?.columns ?? 'evolve', dataType: settings.contracts?.data_type ?? 'freeze' },
	};
}

/** `25` is a count, `"1%"` a fraction of a component's input; the shape has been checked. */
function maxErrors(given: number | string | undefined): RunSettings['maxErrors'] {
	if (given === undefined) return null;
	if (typeof given === 'number') return { count: given };
	return { fraction: Number(given.slice(0, -1)) / 100 };
}
