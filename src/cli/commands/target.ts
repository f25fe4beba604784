import { required, UsageError } from '../command.ts';

/** Options of every command that speaks to a running gateway. */
export const TARGET_OPTIONS = { url: { type: 'string' } } as const;
export const ADMIN_OPTIONS = { ...TARGET_OPTIONS, 'admin-token': { type: 'string' } } as const;

export const TARGET_USAGE = '  --url URL           the gateway; or HEADGATE_URL (http://127.0.0.1:8787)';
export const ADMIN_USAGE = `${TARGET_USAGE}\n  --admin-token T     or HEADGATE_ADMIN_TOKEN; of a local gateway it is in .headgate/state/secrets.json`;

/** The gateway's origin. A path in it is refused: accounts have paths, gateways do not. */
export function gatewayUrl(option: string | undefined): string {
	const text = option ?? process.env['HEADGATE_URL'] ?? 'http://127.0.0.1:8787';
	const url = URL.canParse(text) ? new URL(text) : null;
	if (url === null || !/^https?:$/.test(url.protocol) || url.pathname !== '/')
		throw new UsageError(`--url ${text}: an origin such as https://headgate.example.com is needed, without a path.`);
	return url.origin;
}

export function adminToken(option: string | undefined): string {
	return required(option, 'admin-token', 'HEADGATE_ADMIN_TOKEN');
}
