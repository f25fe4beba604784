import { AppError } from '../../lib/errors.ts';
import type { Edge, FlowType, Settings, VariableDefinition, WrappedComponent } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import type { PackageDetail } from '../../model/views/package.ts';
import { insertPackage } from '../../store/packages.ts';
import { defaultWorkspace, workspaceById } from '../../store/workspaces.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { checkPackage } from './check.ts';
import { getPackage } from './get.ts';
import { sealSecretVariables } from './secret-variables.ts';

export interface CreatePackageInput {
	readonly name: string;
	readonly flow_type: FlowType;
	readonly components: readonly WrappedComponent[];
	readonly edges: readonly Edge[];
	/** The account's `Unassigned` workspace unless given. */
	readonly workspace_id?: number | undefined;
	/** At most 4,096 characters. */
	readonly description?: string | undefined;
	/** `2.0.0` unless given. */
	readonly flow_version?: string | undefined;
	readonly variables?: Readonly<Record<string, VariableDefinition>> | undefined;
	readonly settings?: Settings | undefined;
}

/** JSON of a definition: D1 takes 1 MB a row, and the row has more than this. */
const MOST_BYTES = 900_000;

/**
 * Checks everything with the one validator and writes package and version 1 together. With faults nothing is written:
 * `invalid_package`, all of them in `details.faults`.
 */
export async function createPackage(
	context: OperationContext,
	principal: Principal,
	input: CreatePackageInput,
): Promise<{ package_id: number; package: PackageDetail }> {
	const { workspace_id, ...rest } = input;
	const given = { ...rest, name: input.name.trim() };
	const accountId = principal.account.id;
	const workspaceId = await workspaceFor(context, accountId, workspace_id);
	const { result, columns } = await checkPackage(context, given, { accountId, purpose: 'save', frozen: {}, payload: null });
	if ('faults' in result) throw invalidPackage(result.faults, 'was not created');
	const { definition, sealed } = await sealSecretVariables(context.sealer, accountId, result.definition);
	const bytes = new TextEncoder().encode(JSON.stringify(definition)).length;
	if (bytes > MOST_BYTES)
		throw new AppError('limit', `the package is ${bytes} bytes of JSON`, {
			hint: `A package has at most ${MOST_BYTES} bytes: move code and long texts into files, or split it.`,
		});
	const package_id = await insertPackage(context.store, {
		accountId,
		workspaceId,
		name: given.name,
		description: input.description ?? '',
		flowVersion: input.flow_version ?? '2.0.0',
		definition,
		discovered: columns,
		sealedVariables: sealed,
		userId: principal.user.id,
		grantId: principal.grant.id,
		via: context.via,
		now: context.clock(),
	});
	return { package_id, package: await getPackage(context, principal, { package_id }) };
}

async function workspaceFor({ store }: OperationContext, accountId: number, id: number | undefined): Promise<number> {
	const workspace = id === undefined ? await defaultWorkspace(store, accountId) : await workspaceById(store, accountId, id);
	if (workspace !== null) return workspace.id;
	if (id !== undefined) throw notFound('workspace', id);
	throw new Error(`account ${accountId} has no default workspace`);
}

/** All faults at once: in the details for programs, and counted in the sentence. */
export function invalidPackage(faults: readonly unknown[], consequence: string): AppError {
	return new AppError('invalid_package', `the package has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`} and ${consequence}`, {
		hint: 'Every fault names its component, path and what is valid: repair all of them, then try again. validate_package checks without writing.',
		details: { faults },
	});
}
