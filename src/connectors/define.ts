import type * as z from 'zod';
import { AppError } from '../lib/errors.ts';
import type { Secret } from '../lib/secret.ts';
import type { ConnectionSettings, ConnectorDefinition, ConnectorEnv, OpenConnection } from './connector.ts';

/** What `open` gets once config and secrets were checked against their schemas. */
export interface CheckedSettings<Config, Secrets> {
	readonly accountId: number;
	readonly config: Config;
	readonly secrets: { readonly [Name in keyof Secrets]: undefined extends Secrets[Name] ? Secret | undefined : Secret };
}

export interface ConnectorSpec<Config extends z.ZodObject, Secrets extends z.ZodObject> extends Omit<ConnectorDefinition, 'config' | 'secrets' | 'open'> {
	readonly config: Config;
	readonly secrets: Secrets;
	open(settings: CheckedSettings<z.infer<Config>, z.infer<Secrets>>, env: ConnectorEnv): Promise<OpenConnection>;
}

/** Gives a connector's own `open` its settings typed and checked; a value of a secret never reaches a message. */
export function defineConnector<Config extends z.ZodObject, Secrets extends z.ZodObject>(spec: ConnectorSpec<Config, Secrets>): ConnectorDefinition {
	return {
		...spec,
		async open(settings: ConnectionSettings, env: ConnectorEnv): Promise<OpenConnection> {
			const config = spec.config.safeParse(settings.config);
			if (!config.success) throw unfit(spec.type, 'settings', config.error, Object.keys(spec.config.shape));
			const revealed = Object.fromEntries(Object.entries(settings.secrets).map(([name, secret]) => [name, secret.reveal()]));
			const secrets = spec.secrets.safeParse(revealed);
			if (!secrets.success) throw unfit(spec.type, 'secrets', secrets.error, Object.keys(spec.secrets.shape));
			return spec.open(
				{
					accountId: settings.accountId,
					config: config.data,
					secrets: settings.secrets as CheckedSettings<z.infer<Config>, z.infer<Secrets>>['secrets'],
				},
				env,
			);
		},
	};
}

function unfit(type: string, part: 'settings' | 'secrets', error: z.ZodError, names: readonly string[]): AppError {
	const issues = error.issues.map((issue) => {
		const path = issue.path.map(String).join('.') || part;
		// A zod message may quote what it was given: of a secret only the path and the kind of fault are told.
		return part === 'secrets' ? `${path} (${issue.code})` : `${path}: ${issue.message}`;
	});
	return new AppError('invalid_input', `The ${part} of this ${type} connection do not fit: ${issues.join('; ')}.`, {
		hint: names.length === 0 ? `A ${type} connection takes no ${part}.` : `A ${type} connection takes the ${part} ${names.join(', ')}.`,
	});
}
