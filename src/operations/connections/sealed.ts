import { Secret } from '../../lib/secret.ts';
import type { SealedText } from '../../store/connections.ts';
import type { OperationContext } from '../context.ts';

/** Credentials as a row keeps them: one sealed JSON object that opens for this connection alone; null where there are none. */
export async function sealedCredentials(
	{ sealer }: Pick<OperationContext, 'sealer'>,
	connection: { readonly accountId: number; readonly id: number },
	secrets: Readonly<Record<string, Secret>>,
): Promise<SealedText | null> {
	const revealed = Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]);
	if (revealed.length === 0) return null;
	const purpose = { kind: 'connection', accountId: connection.accountId, connectionId: connection.id } as const;
	return { text: await sealer.seal(purpose, JSON.stringify(Object.fromEntries(revealed))), keyId: sealer.keyId };
}

/** Texts that must not be printed from here on. */
export function asSecrets(texts: Readonly<Record<string, string>>): Record<string, Secret> {
	return Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, new Secret(value)]));
}
