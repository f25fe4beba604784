import { AppError } from '../../lib/errors.ts';
import type { PackageDefinition } from '../../model/package.ts';
import type { OperationContext } from '../context.ts';
import { type DefinitionAtRest, sealSecretVariables } from './secret-variables.ts';

/** JSON of a definition: D1 takes 1 MB a row, and the row has more than this. */
const MOST_BYTES = 900_000;

/** A checked definition as its row takes it: secret defaults sealed apart, `limit` where it is too long. */
export async function atRest({ sealer }: Pick<OperationContext, 'sealer'>, accountId: number, checked: PackageDefinition): Promise<DefinitionAtRest> {
	const { definition, sealed } = await sealSecretVariables(sealer, accountId, checked);
	const bytes = new TextEncoder().encode(JSON.stringify(definition)).length;
	if (bytes <= MOST_BYTES) return { definition, sealed };
	throw new AppError('limit', `the package is ${bytes} bytes of JSON`, {
		hint: `A package has at most ${MOST_BYTES} bytes: move code and long texts into files, or split it.`,
	});
}
