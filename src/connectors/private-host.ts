import { AppError } from '../lib/errors.ts';

/**
 * Refuses hosts inside a private network: a connection's settings come from users, and the gateway may run where such hosts hold
 * metadata services and databases (server-side request forgery). It sees names, not the addresses they resolve to: the platform's
 * own network refuses private addresses behind public names; where the gateway is run elsewhere, its egress must.
 */
export function refusePrivateHost(host: string, allowPrivateHosts: boolean): void {
	if (allowPrivateHosts || !isPrivateHost(host)) return;
	throw new AppError('invalid_input', `The host ${host} is on a private network, which connections may not reach.`, {
		hint: 'Use a public host name. Where the gateway runs on your own machine or network, HEADGATE_ALLOW_PRIVATE_HOSTS=true allows private ones.',
	});
}

/** Loopback, private, link-local, shared, multicast and reserved addresses, and names that by convention are local. */
export function isPrivateHost(host: string): boolean {
	const name = canonical(host);
	if (name === null) return true;
	const v4 = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(name);
	if (v4 !== null) return isPrivateV4(v4.slice(1).map(Number));
	if (name.startsWith('[')) return isPrivateV6(name.slice(1, -1));
	return !name.includes('.') || LOCAL_SUFFIXES.some((suffix) => name.endsWith(suffix));
}

const LOCAL_SUFFIXES: readonly string[] = ['.localhost', '.local', '.internal', '.intranet', '.lan', '.home', '.corp', '.private', '.home.arpa'];

/** As a URL parser reads it, so that 0x7f.1, 2130706433 and full-width dots are the addresses they stand for; null where it is no host. */
function canonical(host: string): string | null {
	const bare = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
	try {
		return new URL(`http://${bare}/`).hostname.replace(/\.$/, '').toLowerCase();
	} catch {
		return null;
	}
}

function isPrivateV4([a = 0, b = 0, c = 0]: readonly number[]): boolean {
	return (
		a === 0 ||
		a === 10 ||
		a === 127 ||
		(a === 100 && b >= 64 && b <= 127) ||
		(a === 169 && b === 254) ||
		(a === 172 && b >= 16 && b <= 31) ||
		(a === 192 && b === 168) ||
		(a === 192 && b === 0 && (c === 0 || c === 2)) ||
		(a === 198 && (b === 18 || b === 19)) ||
		a >= 224
	);
}

function isPrivateV6(address: string): boolean {
	const groups = expand(address);
	const [first = 0] = groups;
	const embedded = [groups[6] ?? 0, groups[7] ?? 0].flatMap((group) => [group >> 8, group & 255]);
	const leadingZeros = groups.slice(0, 5).every((group) => group === 0);
	// ::, ::1, IPv4-compatible and IPv4-mapped addresses; 64:ff9b::/96 carries an IPv4 address through NAT64, 2002::/16 through 6to4.
	if (leadingZeros && ((groups[5] ?? 0) === 0 || groups[5] === 0xffff)) return groups[5] === 0 ? true : isPrivateV4(embedded);
	if (first === 0x64 && groups[1] === 0xff9b) return isPrivateV4(embedded);
	if (first === 0x2002) return isPrivateV4([(groups[1] ?? 0) >> 8, (groups[1] ?? 0) & 255, (groups[2] ?? 0) >> 8]);
	return (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80 || (first & 0xffc0) === 0xfec0 || (first & 0xff00) === 0xff00;
}

/** The URL parser leaves hexadecimal groups and at most one `::`. */
function expand(address: string): number[] {
	const [head = '', tail] = address.split('::');
	const parse = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
	const [before, after] = [parse(head), parse(tail ?? '')];
	return tail === undefined ? before : [...before, ...new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
}
