import type { BuildResult } from '../../catalogue/build.ts';
import type { Edge, FlowType, PackageDefinition, Settings, VariableDefinition, WrappedComponent } from '../../model/package.ts';
import type { Principal } from '../../model/principal.ts';
import type { VariableValue } from '../../model/run.ts';
import type { ValidationView } from '../../model/views/validation.ts';
import type { OperationContext } from '../context.ts';
import { packageFor } from './access.ts';
import { checkPackage } from './check.ts';
import { openSecretVariables } from './secret-variables.ts';

/** A stored package by id, or a definition that is not stored anywhere. */
export type ValidatePackageInput =
	| {
			readonly package_id: number;
			/** Tried instead of the package's defaults. */
			readonly variables?: Readonly<Record<string, VariableValue>> | undefined;
	  }
	| {
			readonly flow_type: FlowType;
			readonly components: readonly WrappedComponent[];
			readonly edges: readonly Edge[];
			readonly variables?: Readonly<Record<string, VariableDefinition>> | undefined;
			readonly settings?: Settings | undefined;
	  };

/** Looks at the live sources and checks the whole graph; faults are the answer, not an error. Writes nothing. */
export async function validatePackage(context: OperationContext, principal: Principal, input: ValidatePackageInput): Promise<ValidationView> {
	const begun = context.clock();
	const accountId = principal.account.id;
	const subject = 'package_id' in input ? await storedPackage(context, principal, input.package_id) : { package_id: null, version: null, definition: input };
	const { result } = await checkPackage(context, subject.definition, {
		accountId,
		viewer: { principal, self: subject.package_id },
		purpose: 'save',
		values: 'package_id' in input ? (input.variables ?? {}) : {},
		frozen: {},
		payload: null,
	});
	const faults = 'faults' in result ? result.faults : [];
	return {
		status: faults.length === 0 ? 'valid' : 'invalid',
		package_id: subject.package_id,
		version: subject.version,
		errors: [...faults],
		warnings: [...result.warnings],
		component_count: componentCount(result),
		runtime: (context.clock() - begun) / 1000,
	};
}

function componentCount({ definition }: BuildResult): number {
	return definition?.components.length ?? 0;
}

async function storedPackage(
	context: OperationContext,
	principal: Principal,
	package_id: number,
): Promise<{ package_id: number; version: number; definition: PackageDefinition }> {
	const found = await packageFor(context, principal, package_id, 'read');
	const { definition, sealedVariables: sealed, number: version } = found.version;
	return { package_id, version, definition: await openSecretVariables(context.sealer, principal.account.id, { definition, sealed }) };
}
