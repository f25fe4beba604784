import { AppError } from '../../lib/errors.ts';

/**
 * The URL of a request. A path is joined below the base URL; a full URL (pagination links are) must have the base's very origin.
 * A step out of the base by `..`, also percent-encoded, is refused: credentials may be good for more than this part of the host.
 */
export function requestUrl(base: URL, path: string, query: Readonly<Record<string, string>>): URL {
	if (hasControlCharacter(path) || path.includes('\\')) throw refused(path, 'has a control character or a backslash');
	const absolute = /^[a-z][a-z0-9+.-]*:/i.test(path) || path.startsWith('//');
	const url = absolute ? parse(path, base) : below(base, path);
	if (url.origin !== base.origin) throw refused(path, `leads to ${url.origin}, away from this connection's ${base.origin}`);
	if (url.username !== '' || url.password !== '') throw refused(path, 'carries a user name or password');
	if (!absolute && steps(path)) throw refused(path, 'has a ".." step');
	url.hash = '';
	for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
	return url;
}

function below(base: URL, path: string): URL {
	const url = new URL(base);
	const cut = path.search(/[?#]/);
	const [route, rest] = cut < 0 ? [path, ''] : [path.slice(0, cut), path.slice(cut).replace(/#.*$/s, '')];
	const root = base.pathname.replace(/\/+$/, '');
	if (route !== '') url.pathname = `${root}/${route.replace(/^\/+/, '')}`;
	if (rest !== '') {
		const merged = new URLSearchParams(rest.slice(1));
		for (const [name, value] of merged) url.searchParams.append(name, value);
	}
	return url;
}

function parse(path: string, base: URL): URL {
	try {
		return new URL(path, base);
	} catch {
		throw refused(path, 'is no URL');
	}
}

function steps(path: string): boolean {
	return path
		.replace(/[?#].*$/s, '')
		.split('/')
		.some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment) && segment !== '.');
}

function hasControlCharacter(text: string): boolean {
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code < 32 || code === 127) return true;
	}
	return false;
}

function refused(path: string, because: string): AppError {
	const shown = JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
	return new AppError('invalid_input', `The path ${shown} ${because}.`, { hint: "Give a path below the connection's base URL, such as /orders." });
}
