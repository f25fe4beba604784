import type { FC } from 'hono/jsx';

/** A moment in UTC, exact for machines and short for people; `day` leaves the time to who points at it. */
export const When: FC<{ readonly at: number; readonly day?: boolean }> = ({ at, day }) => {
	const text = new Date(at).toISOString();
	const whole = `${text.slice(0, 10)} ${text.slice(11, 16)} UTC`;
	return (
		<time datetime={text} title={whole}>
			{day ? text.slice(0, 10) : whole}
		</time>
	);
};

const BROWSERS = [
	['Edg/', 'Edge'],
	['OPR/', 'Opera'],
	['Firefox/', 'Firefox'],
	['Chrome/', 'Chrome'],
	['Safari/', 'Safari'],
] as const;
const SYSTEMS = ['Windows', 'Android', 'iPhone', 'iPad', 'Mac OS X', 'Linux'] as const;

/** "Firefox on Linux", as far as a User-Agent tells; otherwise its first words. */
export function browserName(userAgent: string): string {
	const browser = BROWSERS.find(([mark]) => userAgent.includes(mark))?.[1];
	if (browser === undefined) return userAgent.slice(0, 40) || 'Unknown browser';
	const system = SYSTEMS.find((name) => userAgent.includes(name));
	return system === undefined ? browser : `${browser} on ${system.replace('Mac OS X', 'macOS')}`;
}
