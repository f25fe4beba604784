import { AppError } from '../../lib/errors.ts';
import { intersection, type Narrowing } from '../../model/narrowing.ts';
import { TOOLSETS } from '../tool.ts';

const KNOWN: ReadonlySet<string> = new Set(TOOLSETS);
/** Longer lists than any gateway has tools serve nobody, and are kept in memory as keys. */
const MOST_NAMES = 200;
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/**
 * What `?toolsets=` (or `?apps=`), `?tools=`, `?readonly=` and the headers `X-Read-Only-Mode`, `X-Allowed-Tools` and
 * `X-Disallowed-Tools` take from the token's rights; null where none is there. Where two speak of the same, both count. An empty
 * list leaves nothing: it is what an unset variable of a configuration gives, and must not open everything.
 */
export function narrowingOf(url: string, headers: Headers): Narrowing | null {
	const query = url.includes('?') ? new URL(url).searchParams : null;
	const toolsets = intersection(known(query?.get('toolsets'), 'toolsets'), known(query?.get('apps'), 'apps'));
	const allowed = intersection(names(query?.get('tools'), '?tools='), names(headers.get('x-allowed-tools'), 'X-Allowed-Tools'));
	const disallowed = names(headers.get('x-disallowed-tools'), 'X-Disallowed-Tools');
	const readOnly = isOn(query?.get('readonly')) || isOn(headers.get('x-read-only-mode'));
	if (toolsets === null && allowed === null && disallowed === null && !readOnly) return null;
	return { readOnly, allowed, disallowed: disallowed ?? new Set(), toolsets };
}

/** Whatever is not plainly "no" is "yes": the safe reading of a word nobody foresaw. */
function isOn(value: string | null | undefined): boolean {
	return value !== null && value !== undefined && !['0', 'false', 'no', 'off'].includes(value.trim().toLowerCase());
}

function names(text: string | null | undefined, from: string): ReadonlySet<string> | null {
	if (text === null || text === undefined) return null;
	const listed = words(text);
	const odd = listed.find((name) => !NAME.test(name));
	if (odd === undefined && listed.length <= MOST_NAMES) return new Set(listed);
	const what = odd === undefined ? `${from} has ${listed.length} names` : `${from} has ${JSON.stringify(odd.slice(0, 64))}, which is no name of a tool`;
	throw new AppError('invalid_input', what, { hint: `It takes at most ${MOST_NAMES} names of tools/list, separated by commas.` });
}

function known(text: string | null | undefined, parameter: string): ReadonlySet<string> | null {
	if (text === null || text === undefined) return null;
	const listed = words(text);
	const odd = listed.find((word) => !KNOWN.has(word));
	if (odd === undefined) return new Set(listed);
	throw new AppError('invalid_input', `?${parameter}= has ${JSON.stringify(odd.slice(0, 64))}, which is no toolset`, {
		hint: `Toolsets are: ${TOOLSETS.join(', ')}.`,
	});
}

function words(text: string): string[] {
	return text
		.split(',')
		.map((word) => word.trim())
		.filter((word) => word !== '');
}
