/** The file name that the user's code has on its side. */
export const USER_FILE = 'code.js';

const LONGEST = 500;

/** What the user's code threw, with the place in it: `TypeError: x is not a function (line 3, column 12)`. Nothing of the object is believed. */
export function tellUserError(thrown: unknown): string {
	const { name, message, stack } =
		thrown !== null && typeof thrown === 'object' ? (thrown as Record<string, unknown>) : { name: undefined, message: thrown, stack: undefined };
	const said = typeof message === 'string' ? message : (JSON.stringify(message) ?? String(message));
	const place = typeof stack === 'string' ? /code\.js:(\d+)(?::(\d+))?/.exec(stack.slice(0, 10_000)) : null;
	const kind = typeof name === 'string' && name !== '' ? `${name.slice(0, 60)}: ` : '';
	const where = place === null ? '' : ` (line ${place[1]}${place[2] === undefined ? '' : `, column ${place[2]}`})`;
	return `${kind}${said.slice(0, LONGEST)}${where}`;
}
