import { AppError } from '../../lib/errors.ts';
import type { Edge, FlowType, Settings, VariableDefinition, WrappedComponent } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import type { PackageDetail } from '../../model/views/package.ts';
import type { PackageDiff } from '../../model/views/package-change.ts';
import { activePackageNamed, type FrozenColumns, insertPackage } from '../../store/packages.ts';
import { defaultWorkspace, workspaceById } from '../../store/workspaces.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { announce } from '../notices/announce.ts';
import { atRest } from './at-rest.ts';
import { checkPackage } from './check.ts';
import { diffPackages } from './diff.ts';
import { getPackage } from './get.ts';
import { packageTargets } from './targets.ts';

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
	/** 0: refused with `conflict` where an active package has that name, in any case. */
	readonly expected_version?: number | undefined;
	/** A copy keeps the columns that were found for its original. */
	readonly frozen?: FrozenColumns | undefined;
}

/**
 * Checks everything with the one validator and writes package and version 1 together. With faults nothing is written:
 * `invalid_package`, all of them in `details.faults`.
 */
export async function createPackage(
	context: OperationContext,
	principal: Principal,
	input: CreatePackageInput,
): Promise<{ package_id: number; package: PackageDetail }> {
	const draft = await prepared(context, principal, input);
	const { definition, sealed } = await atRest(context, principal.account.id, draft.definition);
	const inserted = await insertPackage(context.store, {
		onlyIfNew: input.expected_version === 0,
		accountId: principal.account.id,
		workspaceId: draft.workspaceId,
		name: draft.name,
		description: draft.description,
		flowVersion: input.flow_version ?? '2.0.0',
		definition,
		discovered: draft.columns,
		sealedVariables: sealed,
		targets: packageTargets(definition),
		userId: principal.user.id,
		grantId: principal.grant.id,
		via: context.via,
		now: context.clock(),
	});
	// Somebody else was first by that name, at this very moment.
	if (inserted === null) throw taken(draft.name, null);
	const package_id = inserted;
	announce(context, principal.account.id, 'resources');
	return { package_id, package: await getPackage(context, principal, { package_id }) };
}

/** What `createPackage` would write, checked the same way; nothing is written. */
export async function tryPackage(context: OperationContext, principal: Principal, input: CreatePackageInput): Promise<{ diff: PackageDiff }> {
	const draft = await prepared(context, principal, input);
	await atRest(context, principal.account.id, draft.definition);
	const { flow_type } = draft.definition;
	const nothing = { name: '', description: '', definition: { flow_type, components: [], edges: [], variables: {}, settings: {} } };
	return { diff: diffPackages(nothing, draft) };
}

async function prepared(context: OperationContext, principal: Principal, input: CreatePackageInput) {
	const { workspace_id, frozen = {}, expected_version, ...rest } = input;
	const given = { ...rest, name: input.name.trim() };
	const accountId = principal.account.id;
	if (expected_version === 0) await refuseTaken(context, accountId, given.name);
	const workspaceId = await workspaceFor(context, accountId, workspace_id);
	const { result, columns } = await checkPackage(context, given, { accountId, viewer: { principal, self: null }, purpose: 'save', frozen, payload: null });
	if ('faults' in result) throw invalidPackage(result.faults, 'was not created');
	return { name: given.name, description: input.description ?? '', workspaceId, columns, definition: result.definition };
}

async function refuseTaken({ store }: OperationContext, accountId: number, name: string): Promise<void> {
	const id = await activePackageNamed(store, accountId, name);
	if (id !== null) throw taken(name, id);
}

function taken(name: string, id: number | null): AppError {
	return new AppError('conflict', `a package called ${JSON.stringify(name)} is there already${id === null ? '' : ` (package_id ${id})`}: nothing was written`, {
		hint: 'get_package by that name shows it. Choose another name, or leave expected_version out: names need not be unique.',
		...(id === null ? {} : { details: { package_id: id } }),
	});
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
