import { AppError } from '../../lib/errors.ts';

/** What search finds and fetch gives: a thing of the account by its number, or a component type by its key. */
export type DocumentReference = { readonly kind: 'package' | 'run' | 'connection'; readonly id: number } | { readonly kind: 'component'; readonly key: string };

/** `package:12`, `component:select_component` */
export function documentReference(text: string): DocumentReference {
	const numbered = /^(package|run|connection):([1-9]\d{0,14})$/.exec(text);
	if (numbered !== null) return { kind: numbered[1] as 'package' | 'run' | 'connection', id: Number(numbered[2]) };
	const key = /^component:([a-z0-9_]{1,100})$/.exec(text)?.[1];
	if (key !== undefined) return { kind: 'component', key };
	throw new AppError('invalid_input', `id is ${JSON.stringify(text.slice(0, 100))}`, {
		hint: 'Give an id from search: package:12, run:7, connection:3 or component:select_component.',
	});
}

/** The name of the thing as a resource: `headgate://packages/12`. */
export function documentUrl(id: string): string {
	const [kind, name] = id.split(':');
	return `headgate://${kind}s/${name}`;
}
