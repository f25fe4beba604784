import { type Secret, secretsIn } from '../../lib/secret.ts';
import { runById } from '../../store/runs.ts';
import { connectionSecrets, secretsOf } from '../connections/open.ts';
import type { OperationContext } from '../context.ts';

/** Everything a run knows that no log, row or error may show: credentials of its connections and values of its secret variables. */
export async function runSecrets(context: Pick<OperationContext, 'store' | 'sealer'>, accountId: number, runId: number): Promise<Secret[]> {
	const found = await runById(context.store, accountId, runId);
	if (found === null) return [];
	const { connectionIds, sealedVariables } = found.run;
	const credentials = await connectionSecrets(context, accountId, connectionIds);
	if (sealedVariables === null) return credentials;
	const variables = await context.sealer.open({ kind: 'run_variables', accountId }, sealedVariables);
	return [...credentials, ...Object.values(secretsOf(variables)).flatMap((secret) => secretsIn(secret.reveal()))];
}
