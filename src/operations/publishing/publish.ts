import { AppError } from '../../lib/errors.ts';
import { nearest } from '../../lib/nearest.ts';
import type { PackageDefinition } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import { deletePublication, otherPublications, publicationRow, writePublication } from '../../store/published-tools.ts';
import type { OperationContext } from '../context.ts';
import { announce } from '../notices/announce.ts';
import { packageFor } from '../packages/access.ts';
import { refuseOtherVersion } from '../packages/change.ts';
import { openSecretVariables } from '../packages/secret-variables.ts';
import {
	exposed,
	isSecret,
	LONGEST_TOOL_NAME,
	MOST_ARGUMENTS,
	MOST_PUBLISHED,
	OWN_ARGUMENTS,
	PUBLISHED_PREFIX,
	type Publication,
	publicationOf,
} from './publication.ts';

export interface PublishToolInput {
	readonly package_id: number;
	/** False takes the tool away again. */
	readonly published: boolean;
	/** With or without the prefix; made from the package's name unless given. */
	readonly tool_name?: string | undefined;
	/** The package's own unless given. */
	readonly description?: string | undefined;
	/** The variables that are arguments; every one that is not secret unless given. */
	readonly variables?: readonly string[] | undefined;
	readonly expected_version?: number | undefined;
	readonly dry_run: boolean;
}

export interface PublishedTool {
	readonly package_id: number;
	readonly dry_run: boolean;
	readonly changed: boolean;
	/** Null once it is taken away. */
	readonly publication: Publication | null;
}

/** Makes a package an MCP tool of its own, or no tool any more. What it takes follows the package's current version. */
export async function publishTool(context: OperationContext, principal: Principal, input: PublishToolInput): Promise<PublishedTool> {
	const { package_id, dry_run } = input;
	const found = await packageFor(context, principal, package_id, 'read');
	refuseOtherVersion(found, input.expected_version);
	const before = await publicationRow(context.store, package_id);
	if (!input.published) {
		if (before !== null && !dry_run) {
			await deletePublication(context.store, package_id);
			announce(context, principal.account.id, 'tools');
		}
		return { package_id, dry_run, changed: before !== null, publication: null };
	}
	if (found.package.status === 'archived') throw new AppError('conflict', `package ${package_id} is archived`, { hint: 'Archived packages are no tools.' });
	const { definition: shown, sealedVariables: sealed, name: packageName, description: packageDescription, number: version } = found.version;
	const definition = await openSecretVariables(context.sealer, principal.account.id, { definition: shown, sealed });
	refuseUncallable(definition, input.variables);
	const name = input.tool_name ?? before?.name ?? packageName;
	const row = {
		packageId: package_id,
		accountId: principal.account.id,
		name: toolName(name, input.tool_name !== undefined),
		description: input.description ?? before?.description ?? '',
		arguments: input.variables === undefined ? (before?.arguments ?? null) : [...input.variables],
	};
	await refuseTaken(context, row);
	const changed =
		before === null || (['name', 'description', 'arguments'] as const).some((field) => JSON.stringify(before[field]) !== JSON.stringify(row[field]));
	if (changed && !dry_run) {
		await writePublication(context.store, { ...row, publishedBy: principal.user.id, publishedAt: context.clock() });
		announce(context, principal.account.id, 'tools');
	}
	const takesPayload = shown.components.some((component) => 'payload_source_component' in component);
	const { name: tool, ...rest } = row;
	const publication = publicationOf({ ...rest, tool, packageName, packageDescription, version, variables: shown.variables, takesPayload });
	return { package_id, dry_run, changed, publication };
}

/** The prefix, then what of the words a tool's name may hold. A name that was asked for is refused rather than bent. */
function toolName(words: string, asked: boolean): string {
	const wanted = words.startsWith(PUBLISHED_PREFIX) ? words.slice(PUBLISHED_PREFIX.length) : words;
	const most = LONGEST_TOOL_NAME - PUBLISHED_PREFIX.length;
	if (asked) {
		if (new RegExp(`^[a-z0-9_-]{1,${most}}$`).test(wanted)) return `${PUBLISHED_PREFIX}${wanted}`;
		throw new AppError('invalid_input', `tool_name ${JSON.stringify(words.slice(0, 80))} is no name for a tool`, {
			hint: `A tool's name is ${PUBLISHED_PREFIX} (added where it is missing) and 1 to ${most} of a-z, 0-9, _ and -.`,
		});
	}
	const plain = wanted
		.normalize('NFKD')
		.toLowerCase()
		.replace(/\p{M}/gu, '')
		.replace(/[^a-z0-9]+/g, '_')
		.slice(0, most)
		.replace(/^_+|_+$/g, '');
	if (plain !== '') return `${PUBLISHED_PREFIX}${plain}`;
	throw new AppError('invalid_input', `no tool's name can be made from ${JSON.stringify(words.slice(0, 80))}`, {
		hint: 'Give tool_name: a-z, 0-9, _ and -.',
	});
}

async function refuseTaken({ store }: OperationContext, { accountId, packageId, name }: { accountId: number; packageId: number; name: string }): Promise<void> {
	const { taken, count } = await otherPublications(store, accountId, packageId, name);
	if (taken !== null) {
		throw new AppError('conflict', `${name} is package ${taken} already`, {
			hint: `Give another tool_name, or take that tool away first (publish_tool with package_id ${taken} and published false).`,
		});
	}
	if (count < MOST_PUBLISHED) return;
	throw new AppError('conflict', `${count} packages of this account are tools, as many as may be: each stands in every assistant's context`, {
		hint: 'Take one away (published false), or run this package with run_package.',
	});
}

/** A tool that could never be called as it stands is not made. */
function refuseUncallable({ variables }: PackageDefinition, chosen: readonly string[] | undefined): void {
	const unknown = (chosen ?? []).find((name) => !Object.hasOwn(variables, name));
	if (unknown !== undefined) {
		const near = nearest(unknown, Object.keys(variables));
		throw new AppError('invalid_input', `no variable is called ${unknown}`, {
			hint: `${near === undefined ? '' : `Did you mean ${near}? `}Variables of this package: ${Object.keys(variables).slice(0, 50).join(', ') || 'none'}.`,
		});
	}
	const hidden = (chosen ?? []).find((name) => isSecret(variables[name]) || OWN_ARGUMENTS.has(name));
	if (hidden !== undefined) {
		const why = OWN_ARGUMENTS.has(hidden) ? 'every published tool has an argument of that name' : 'it is secret: its value would pass through the conversation';
		throw new AppError('forbidden', `${hidden} cannot be an argument: ${why}`, { hint: 'Leave it out of variables; the tool then runs with its default.' });
	}
	const open = exposed(variables, chosen ?? null);
	if (open.length > MOST_ARGUMENTS) {
		throw new AppError('invalid_input', `the tool would have ${open.length} arguments; it may have ${MOST_ARGUMENTS}`, {
			hint: 'Name those that callers need in variables; the others keep their defaults.',
		});
	}
	const names = new Set(open.map(([name]) => name));
	const stuck = Object.entries(variables).find(([name, definition]) => !names.has(name) && isRequired(definition));
	if (stuck === undefined) return;
	throw new AppError('invalid_input', `${stuck[0]} is required, has no default and would be no argument: the tool could never run`, {
		hint: 'Give it a default in the package, or name it in variables where it is not secret.',
	});
}

function isRequired(definition: PackageDefinition['variables'][string]): boolean {
	return definition !== null && typeof definition === 'object' && definition.required === true && (definition.default ?? null) === null;
}
