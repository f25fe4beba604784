import { AppError } from '../../lib/errors.ts';
import type { PackageDefinition } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import type { PackageChange } from '../../model/views/package-change.ts';
import { currentVersion, writeVersion } from '../../store/package-versions.ts';
import type { FrozenColumns, PackageWithVersion } from '../../store/packages.ts';
import type { OperationContext } from '../context.ts';
import { notFound } from '../not-found.ts';
import { announce } from '../notices/announce.ts';
import { announceTool } from '../publishing/announce-tool.ts';
import { packageFor } from './access.ts';
import { atRest } from './at-rest.ts';
import { checkPackage } from './check.ts';
import { invalidPackage } from './create.ts';
import { type Comparable, diffPackages, isEmptyDiff } from './diff.ts';
import type { PackageViewer } from './known-packages.ts';
import { openSecretVariables } from './secret-variables.ts';
import { packageTargets } from './targets.ts';

/** What every change of a stored package takes. */
export interface ChangeRequest {
	readonly package_id: number;
	/** Tells what would change and writes nothing. */
	readonly dry_run?: boolean | undefined;
	/** Refused with `conflict` where the package is at another version. */
	readonly expected_version?: number | undefined;
}

/** A package while it is being changed: secret defaults stand in it. */
export interface Draft extends Comparable {
	/** Columns found earlier at sources that name none. */
	readonly frozen: FrozenColumns;
}

/**
 * Any change of a stored package: reads it, lets `edit` make the next version, checks that whole with the one validator, tells the
 * difference, and writes it as a new version. Everything or nothing; with parallel writers one wins and the others get `conflict`.
 * An edit that leaves the definition object as it is (a new name) is not checked again: what its sources say is not its affair.
 */
export async function changePackage(
	context: OperationContext,
	principal: Principal,
	request: ChangeRequest,
	edit: (draft: Draft, found: PackageWithVersion) => Draft | Promise<Draft>,
): Promise<PackageChange> {
	const found = await packageForChange(context, principal, request);
	const { version } = found;
	const draft = await openedDraft(context, principal.account.id, version);
	const after = await edit(draft, found);
	const settled = after.definition === draft.definition ? { ...after, warnings: [] } : await checked(context, { principal, self: request.package_id }, after);
	const diff = diffPackages(draft, settled);
	const answer = { package_id: request.package_id, dry_run: request.dry_run === true, changed: !isEmptyDiff(diff), diff, warnings: settled.warnings };
	if (!answer.changed || answer.dry_run) return { ...answer, version: version.number };
	const { definition, sealed } =
		after.definition === draft.definition
			? { definition: version.definition, sealed: version.sealedVariables }
			: await atRest(context, principal.account.id, settled.definition);
	const { name, description, frozen: discovered } = settled;
	await writeNext(context, principal, found, { name, description, definition, discovered, sealedVariables: sealed, status: 'active' });
	return { ...answer, version: version.number + 1 };
}

/** The package, where it is there, active and at the version that was expected. */
export async function packageForChange(context: OperationContext, principal: Principal, request: ChangeRequest): Promise<PackageWithVersion> {
	const { package_id, expected_version } = request;
	const found = await packageFor(context, principal, package_id, 'write');
	if (found.package.status === 'archived') throw archived(package_id);
	refuseOtherVersion(found, expected_version);
	return found;
}

export function refuseOtherVersion({ package: head }: PackageWithVersion, expected: number | undefined): void {
	if (expected !== undefined && expected !== head.version) throw movedOn(head.id, head.version, `not ${expected}`);
}

/** A version as a draft for the next one. */
export async function openedDraft({ sealer }: Pick<OperationContext, 'sealer'>, accountId: number, version: PackageWithVersion['version']): Promise<Draft> {
	const { name, description, discovered: frozen, sealedVariables: sealed } = version;
	return { name, description, frozen, definition: await openSecretVariables(sealer, accountId, { definition: version.definition, sealed }) };
}

async function checked(context: OperationContext, viewer: PackageViewer, draft: Draft): Promise<Draft & { readonly warnings: string[] }> {
	const { name, description, frozen, definition } = draft;
	const { result, columns } = await checkPackage(
		context,
		{ name, description, ...definition },
		{
			accountId: viewer.principal.account.id,
			viewer,
			purpose: 'save',
			frozen,
			payload: null,
		},
	);
	if ('faults' in result) throw invalidPackage(result.faults, 'was not changed');
	const warnings = result.warnings.map(({ component, message, hint }) => `${component === null ? '' : `${component}: `}${message}; ${hint}`);
	return { name, description, definition: result.definition, frozen: columns, warnings };
}

interface Written {
	readonly name: string;
	readonly description: string;
	readonly definition: PackageDefinition;
	readonly discovered: FrozenColumns;
	readonly sealedVariables: string | null;
	readonly status: 'active' | 'archived';
}

/** Writes the version after the one that was found, or tells who came first. */
export async function writeNext(context: OperationContext, principal: Principal, { package: head }: PackageWithVersion, written: Written): Promise<void> {
	const author = { userId: principal.user.id, grantId: principal.grant.id, via: context.via, now: context.clock() };
	const place = { accountId: principal.account.id, packageId: head.id, from: head.version };
	const targets = packageTargets(written.definition);
	if (await writeVersion(context.store, { ...written, targets, ...author, ...place })) {
		announceTool(context, principal.account.id, head.id);
		announce(context, principal.account.id, { package: head.id, names: [...new Set([head.name, written.name])] });
		if (written.status === 'archived' || written.name !== head.name || written.description !== head.description)
			announce(context, principal.account.id, 'resources');
		return;
	}
	const current = await currentVersion(context.store, principal.account.id, head.id);
	if (current === null) throw notFound('package', head.id);
	throw current.status === 'archived' ? archived(head.id) : movedOn(head.id, current.version, `while this change began from version ${head.version}`);
}

function archived(id: number): AppError {
	return new AppError('conflict', `package ${id} is archived`, { hint: 'Archived packages are not changed; clone_package makes an active copy.' });
}

function movedOn(id: number, current_version: number, than: string): AppError {
	return new AppError('conflict', `package ${id} is at version ${current_version}, ${than}: nothing was written`, {
		hint: `Look at what it is now (get_package, diff_package_versions), then repeat with expected_version ${current_version}.`,
		details: { current_version },
	});
}
