import { type Secret, secretsIn } from '../../lib/secret.ts';
import type { PackageDefinition, VariableDefinition } from '../../model/package.ts';
import type { Sealer } from '../connections/seal.ts';

type Default = Exclude<Extract<VariableDefinition, { default?: unknown }>, null>['default'];

/** A definition as it may be stored and shown, and the defaults of its secret variables, sealed; null where it has none. */
export interface DefinitionAtRest {
	readonly definition: PackageDefinition;
	readonly sealed: string | null;
}

/** Takes the defaults of secret variables out of a definition: it is stored as plain JSON and shown to whoever may read packages. */
export async function sealSecretVariables(sealer: Sealer, accountId: number, definition: PackageDefinition): Promise<DefinitionAtRest> {
	const defaults: Record<string, Default> = {};
	const variables = Object.entries(definition.variables).map(([name, variable]): [string, VariableDefinition] => {
		if (variable === null || typeof variable !== 'object' || variable.secret !== true || variable.default === undefined) return [name, variable];
		const { default: value, ...shown } = variable;
		defaults[name] = value;
		return [name, shown];
	});
	if (Object.keys(defaults).length === 0) return { definition, sealed: null };
	const sealed = await sealer.seal({ kind: 'package_variables', accountId }, JSON.stringify(defaults));
	return { definition: { ...definition, variables: Object.fromEntries(variables) }, sealed };
}

/** The definition whole again, for checking and running. Never to be shown. */
export async function openSecretVariables(sealer: Sealer, accountId: number, { definition, sealed }: DefinitionAtRest): Promise<PackageDefinition> {
	if (sealed === null) return definition;
	const defaults = JSON.parse((await sealer.open({ kind: 'package_variables', accountId }, sealed)).reveal()) as Record<string, Default>;
	const variables = Object.entries(definition.variables).map(([name, variable]): [string, VariableDefinition] => {
		const value = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
		return [name, value === undefined || variable === null || typeof variable !== 'object' ? variable : { ...variable, default: value }];
	});
	return { ...definition, variables: Object.fromEntries(variables) };
}

/** Texts of secret defaults, to be blanked in what other systems say while the package is looked at. */
export function secretDefaults(definition: unknown): Secret[] {
	const variables = (definition as { variables?: unknown } | null)?.variables;
	if (variables === null || typeof variables !== 'object') return [];
	return Object.values(variables).flatMap((variable: unknown) => {
		if (variable === null || typeof variable !== 'object') return [];
		const { secret, default: value } = variable as { secret?: unknown; default?: unknown };
		return secret === true ? secretsOfValue(value) : [];
	});
}

/** The same of values that a run gives to variables that are declared secret. */
export function secretValues(definition: unknown, values: Readonly<Record<string, unknown>>): Secret[] {
	const declared = (definition as { variables?: Record<string, unknown> } | null)?.variables ?? {};
	return Object.entries(values).flatMap(([name, value]) => {
		const variable = Object.hasOwn(declared, name) ? declared[name] : undefined;
		const secret = variable !== null && typeof variable === 'object' && (variable as { secret?: unknown }).secret === true;
		return secret ? secretsOfValue(value) : [];
	});
}

/** A variable of type json may be given as the list or object that it is. */
function secretsOfValue(value: unknown): Secret[] {
	if (value === undefined || value === null || typeof value === 'boolean') return [];
	return secretsIn(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

/** The definition with more of its variables secret: what a secret of a workflow is handed to is one in its child too. */
export function declaredSecret(definition: PackageDefinition, names: readonly string[]): PackageDefinition {
	const variables = Object.entries(definition.variables).map(([name, variable]): [string, VariableDefinition] => {
		if (!names.includes(name)) return [name, variable];
		return [name, variable !== null && typeof variable === 'object' ? { ...variable, secret: true } : { default: variable, secret: true }];
	});
	return { ...definition, variables: Object.fromEntries(variables) };
}
