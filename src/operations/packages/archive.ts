import { AppError } from '../../lib/errors.ts';
import type { Principal } from '../../model/principal.ts';
import { enabledSchedules } from '../../store/package-versions.ts';
import type { OperationContext } from '../context.ts';
import { type ChangeRequest, packageForChange, writeNext } from './change.ts';

export interface ArchivedPackage {
	readonly package_id: number;
	readonly status: 'active' | 'archived';
	readonly version: number;
	readonly dry_run: boolean;
	readonly message: string;
}

/** Archives: versions and runs stay, and it can be listed as archived or cloned. */
export async function archivePackage(context: OperationContext, principal: Principal, input: ChangeRequest): Promise<ArchivedPackage> {
	const found = await packageForChange(context, principal, input);
	const { package_id } = input;
	await refuseScheduled(context, package_id);
	const { name, description, definition, discovered, sealedVariables, number } = found.version;
	if (input.dry_run === true)
		return {
			package_id,
			status: 'active',
			version: number,
			dry_run: true,
			message: `${JSON.stringify(name)} would be archived: it could not be run any more.`,
		};
	try {
		await writeNext(context, principal, found, { name, description, definition, discovered, sealedVariables, status: 'archived' });
	} catch (error) {
		// One that was switched on at this very moment is told as what it is.
		await refuseScheduled(context, package_id);
		throw error;
	}
	const message = 'Archived: list_packages with status archived shows it, clone_package makes an active copy.';
	return { package_id, status: 'archived', version: number + 1, dry_run: false, message };
}

async function refuseScheduled({ store }: OperationContext, packageId: number): Promise<void> {
	const [schedule, ...others] = await enabledSchedules(store, packageId);
	if (schedule === undefined) return;
	const ids = [schedule, ...others].map(({ id }) => id);
	throw new AppError('conflict', `package ${packageId} is run by an active schedule: ${JSON.stringify(schedule.name)} (schedule_id ${ids.join(', ')})`, {
		hint: 'Nothing was archived. Disable it with toggle_schedule, or delete it with delete_schedule, then repeat.',
		details: { schedule_ids: ids },
	});
}
