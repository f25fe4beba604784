import { AppError } from '../../lib/errors.ts';
import { REDACTED } from '../../lib/secret.ts';
import type { PackageDefinition } from '../../model/package.ts';
import type { VariableValue } from '../../model/run.ts';
import { FaultList } from '../../plan/fault.ts';
import { resolveVariables } from '../../plan/variables.ts';
import type { ScheduleRow } from '../../store/schedules.ts';
import type { OperationContext } from '../context.ts';

type Values = Readonly<Record<string, VariableValue>>;

/** Which variables of a package are secret. */
function secretNames({ variables }: PackageDefinition): ReadonlySet<string> {
	return new Set(
		Object.entries(variables).flatMap(([name, variable]) => (variable !== null && typeof variable === 'object' && variable.secret === true ? [name] : [])),
	);
}

/** Refuses what no run of the package could begin with: unknown names, values of another type, expressions with faults, required ones without a value. */
export function checkVariables({ variables: declared }: PackageDefinition, values: Values, dynamic: Readonly<Record<string, string>>, now: number): void {
	const faults = new FaultList();
	resolveVariables({ purpose: 'save', declared, values, dynamic, predefined: {}, now }, faults);
	const given = (name: string) => Object.hasOwn(values, name) || Object.hasOwn(dynamic, name);
	// What is wrong with the package itself its own runs tell.
	const told = faults.list().filter(({ path }) => given(path.split('.')[1] ?? ''));
	for (const [name, variable] of Object.entries(declared)) {
		const required = variable !== null && typeof variable === 'object' && 'required' in variable && variable.required === true;
		if (required && (variable.default ?? null) === null && !given(name)) {
			const message = `$${name} is required and the schedule gives no value`;
			told.push({ code: 'variable', component: null, path: `variables.${name}`, message, hint: 'give it in variables' });
		}
	}
	const [first] = told;
	if (first === undefined) return;
	throw new AppError('invalid_input', `no run of this schedule could begin: ${told.map(({ message }) => message).join('; ')}`, {
		hint: `${first.path}: ${first.hint}`,
		details: { faults: told },
	});
}

/** Refuses a package whose rows come with each run: a schedule has none to give. */
export function refusePayloadSource({ components }: PackageDefinition): void {
	const [source] = components.flatMap((component) => ('payload_source_component' in component ? [component['payload_source_component']] : []));
	if (source === undefined) return;
	const name = typeof source === 'object' && source !== null && 'name' in source ? source['name'] : 'payload_source_component';
	throw new AppError(
		'invalid_input',
		`no run of this schedule could begin: "${String(name)}" takes its rows from the payload of a run, and a schedule gives none`,
		{
			hint: 'Let the package read a file, a table or an API instead, or start it with run_package and its payload.',
		},
	);
}

/** Values as a row takes them: secret ones `[redacted]`, and sealed apart. */
export async function sealVariables(
	{ sealer }: Pick<OperationContext, 'sealer'>,
	accountId: number,
	definition: PackageDefinition,
	values: Values,
): Promise<Pick<ScheduleRow, 'variables' | 'sealedVariables'>> {
	const secret = secretNames(definition);
	const sealed = Object.fromEntries(Object.entries(values).filter(([name]) => secret.has(name)));
	if (Object.keys(sealed).length === 0) return { variables: { ...values }, sealedVariables: null };
	return {
		variables: hidden(values, secret),
		sealedVariables: await sealer.seal({ kind: 'schedule_variables', accountId }, JSON.stringify(sealed)),
	};
}

/** The values as they were given. */
export async function openVariables(
	{ sealer }: Pick<OperationContext, 'sealer'>,
	{ accountId, variables, sealedVariables }: Pick<ScheduleRow, 'accountId' | 'variables' | 'sealedVariables'>,
): Promise<Record<string, VariableValue>> {
	if (sealedVariables === null) return variables;
	const sealed = await sealer.open({ kind: 'schedule_variables', accountId }, sealedVariables);
	return { ...variables, ...(JSON.parse(sealed.reveal()) as Record<string, VariableValue>) };
}

/** As they are shown: also what the package has made secret since the schedule was written. */
export function shownVariables({ variables }: Pick<ScheduleRow, 'variables'>, definition: PackageDefinition): Record<string, VariableValue> {
	return hidden(variables, secretNames(definition));
}

function hidden(values: Values, secret: ReadonlySet<string>): Record<string, VariableValue> {
	return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, secret.has(name) ? REDACTED : value]));
}
