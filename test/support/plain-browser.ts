/** What came back once every redirect within the site was followed. */
export interface Page {
	readonly status: number;
	/** Path and query of the page. */
	readonly path: string;
	readonly html: string;
	readonly headers: Headers;
	/** Where the browser is sent outside the site; null for a page of the site. */
	readonly leaves: URL | null;
}

export interface PlainBrowser {
	readonly cookies: Map<string, string>;
	open(path: string): Promise<Page>;
	/** Fills in the form with that button and sends it; fields keep what the page put into them, a field given as null is left out. */
	submit(
		page: Page,
		button: string,
		fields?: Readonly<Record<string, string | readonly string[] | null>>,
		headers?: Readonly<Record<string, string>>,
	): Promise<Page>;
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A browser as a script is one: it keeps cookies, follows redirects and sends plain HTML forms, and runs nothing. */
export function plainBrowser(origin: string, send: Fetch): PlainBrowser {
	const cookies = new Map<string, string>();

	async function request(path: string, init: RequestInit): Promise<Page> {
		const headers = new Headers(init.headers);
		if (cookies.size > 0) headers.set('Cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
		headers.set('Accept', 'text/html');
		const response = await send(origin + path, { ...init, headers, redirect: 'manual' });
		for (const cookie of response.headers.getSetCookie()) keep(cookie);
		const location = response.headers.get('Location');
		if (location === null || response.status < 300 || response.status > 399) {
			return { status: response.status, path, html: await response.text(), headers: response.headers, leaves: null };
		}
		await response.body?.cancel();
		const target = new URL(location, origin + path);
		if (target.origin !== origin) return { status: response.status, path, html: '', headers: response.headers, leaves: target };
		return request(target.pathname + target.search, { method: 'GET', headers: { 'Sec-Fetch-Site': 'same-origin' } });
	}

	function keep(cookie: string): void {
		const [pair = '', ...attributes] = cookie.split(';');
		const name = pair.slice(0, pair.indexOf('=')).trim();
		if (attributes.some((attribute) => attribute.trim().toLowerCase() === 'max-age=0')) cookies.delete(name);
		else cookies.set(name, pair.slice(pair.indexOf('=') + 1).trim());
	}

	return {
		cookies,
		open: (path) => request(path, { method: 'GET', headers: { 'Sec-Fetch-Site': 'none' } }),
		submit(page, button, fields = {}, headers = {}) {
			const form = formWith(page, button);
			for (const [name, value] of Object.entries(fields)) {
				form.body.delete(name);
				for (const one of value === null ? [] : [value].flat()) form.body.append(name, one);
			}
			return request(form.action, { method: 'POST', body: form.body, headers: { Origin: origin, 'Sec-Fetch-Site': 'same-origin', ...headers } });
		},
	};
}

function formWith(page: Page, label: string): { readonly action: string; readonly body: URLSearchParams } {
	for (const [, opening = '', content = ''] of page.html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)) {
		const button = [...content.matchAll(/<button\b([^>]*)>(.*?)<\/button>/gs)].find(
			([, attributes = '', text = '']) => attribute(attributes, 'aria-label') === label || decoded(text.replaceAll(/<[^>]*>/g, '')).trim() === label,
		);
		if (button === undefined) continue;
		const body = new URLSearchParams(fieldsOf(content));
		const name = attribute(button[1] ?? '', 'name');
		if (name !== null) body.set(name, attribute(button[1] ?? '', 'value') ?? '');
		return { action: attribute(opening, 'action') ?? page.path, body };
	}
	throw new Error(
		`no form with a button "${label}" on ${page.path} (${page.status}): ${page.html
			.replaceAll(/<[^>]*>/g, ' ')
			.replaceAll(/\s+/g, ' ')
			.slice(0, 300)}`,
	);
}

function fieldsOf(form: string): [string, string][] {
	const inputs = [...form.matchAll(/<input\b([^>]*)>/g)].flatMap(([, attributes = '']): [string, string][] => {
		const [name, type] = [attribute(attributes, 'name'), attribute(attributes, 'type') ?? 'text'];
		const unticked = (type === 'checkbox' || type === 'radio') && attribute(attributes, 'checked') === null;
		return name === null || unticked ? [] : [[name, attribute(attributes, 'value') ?? '']];
	});
	const selects = [...form.matchAll(/<select\b([^>]*)>(.*?)<\/select>/gs)].flatMap(([, attributes = '', options = '']): [string, string][] => {
		const all = [...options.matchAll(/<option\b([^>]*)>/g)].map(([, option = '']) => option);
		const chosen = all.find((option) => attribute(option, 'selected') !== null) ?? all[0] ?? '';
		const name = attribute(attributes, 'name');
		return name === null ? [] : [[name, attribute(chosen, 'value') ?? '']];
	});
	const areas = [...form.matchAll(/<textarea\b([^>]*)>(.*?)<\/textarea>/gs)].flatMap(([, attributes = '', text = '']): [string, string][] => {
		const name = attribute(attributes, 'name');
		return name === null ? [] : [[name, decoded(text)]];
	});
	return [...inputs, ...selects, ...areas];
}

/** Null where it is missing, the empty text where it has no value. */
function attribute(tag: string, name: string): string | null {
	const found = new RegExp(`(?:^|\\s)${name}(?:="([^"]*)")?(?=[\\s/>]|$)`).exec(tag);
	return found === null ? null : decoded(found[1] ?? '');
}

/** The value of the field with that id or name, as the page shows it. */
export function shownValue(page: Page, nameOrId: string): string {
	for (const [, tag = ''] of page.html.matchAll(/<input\b([^>]*)>/g)) {
		if (attribute(tag, 'id') === nameOrId || attribute(tag, 'name') === nameOrId) return attribute(tag, 'value') ?? '';
	}
	throw new Error(`no field "${nameOrId}" on ${page.path}`);
}

/** What a person reads: the text without tags. */
export function textOf(page: Page): string {
	return decoded(page.html.replace(/<head>.*?<\/head>/s, '').replaceAll(/<[^>]*>/g, ' '))
		.replaceAll(/\s+/g, ' ')
		.trim();
}

function decoded(text: string): string {
	return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');
}
