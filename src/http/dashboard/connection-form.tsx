import type { FC } from 'hono/jsx';
import type { ConnectionField } from '../../operations/connections/fields.ts';
import { field } from '../session.ts';

/** Settings and credentials as they were typed. */
export interface TypedConnection {
	readonly config: Readonly<Record<string, unknown>>;
	readonly secrets: Readonly<Record<string, string>>;
}

/** Names of inputs: a setting called `name` must not be taken for the connection's own. */
const inputName = ({ kind, name }: ConnectionField): string => `${kind === 'secret' ? 'secret' : 'setting'}.${name}`;

/**
 * What the form says; whether it fits is for the connector's own schemas to tell. Empty fields are left out, so that defaults hold,
 * and a credential that is stored (`kept`) stays; one that must be there and may be empty is empty.
 */
export function typedConnection(fields: readonly ConnectionField[], form: FormData, kept: readonly string[]): TypedConnection {
	const config: Record<string, unknown> = {};
	const secrets: Record<string, string> = {};
	for (const one of fields) {
		const text = field(form, inputName(one));
		if (one.kind === 'secret') {
			const left = text === '' && (kept.includes(one.name) || !one.required || !one.may_be_empty);
			if (!left) secrets[one.name] = one.multiline ? text.replaceAll('\r\n', '\n') : text;
		} else if (one.kind === 'flag') config[one.name] = text === '1';
		else if (text.trim() !== '') config[one.name] = typedValue(one, text.trim());
	}
	return { config, secrets };
}

function typedValue({ kind }: ConnectionField, text: string): unknown {
	if (kind === 'number') return Number(text);
	const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
	if (kind === 'lines') return lines.map((line) => line.trim());
	if (kind !== 'pairs') return lines.length > 1 ? lines.map((line) => line.trim()).join('\n') : text;
	const pairs = lines.map((line): [string, string] => {
		const colon = line.indexOf(':');
		return colon === -1 ? [line.trim(), ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
	});
	return Object.fromEntries(pairs);
}

interface FieldProps {
	readonly field: ConnectionField;
	readonly value: unknown;
	/** The connection has a credential of that name already. */
	readonly kept: boolean;
}

/** The inputs of a connection type. Credentials are never filled in: what is stored stays where it is. */
export const ConnectionInputs: FC<{ fields: readonly ConnectionField[]; config: Readonly<Record<string, unknown>>; kept: readonly string[] }> = ({
	fields,
	config,
	kept,
}) => {
	const inputs = (wanted: readonly ConnectionField[]) =>
		wanted.map((one) => <ConnectionInput field={one} value={config[one.name] ?? null} kept={one.kind === 'secret' && kept.includes(one.name)} />);
	const advanced = fields.filter((one) => one.advanced);
	return (
		<>
			{inputs(fields.filter((one) => !one.advanced))}
			{advanced.length > 0 && (
				<details>
					<summary>More settings</summary>
					{inputs(advanced)}
				</details>
			)}
		</>
	);
};

const ConnectionInput: FC<FieldProps> = ({ field: one, value, kept }) => {
	const id = inputName(one);
	const hint = hintOf(one, kept);
	const described = hint === '' ? undefined : `${id}-hint`;
	if (one.kind === 'flag') {
		return (
			<label class="tick">
				<input type="checkbox" name={id} value="1" checked={(value ?? one.default) === true} aria-describedby={described} />
				<span>{labelOf(one.name)}</span>
				{hint !== '' && <small id={described}>{hint}</small>}
			</label>
		);
	}
	return (
		<>
			<label for={id}>{labelOf(one.name)}</label>
			<Control field={one} value={value} kept={kept} id={id} described={described} />
			{hint !== '' && <small id={described}>{hint}</small>}
		</>
	);
};

const Control: FC<FieldProps & { id: string; described: string | undefined }> = ({ field: one, value, kept, id, described }) => {
	const required = one.required && !kept && !(one.kind === 'secret' && one.may_be_empty);
	if (one.kind === 'choice') {
		return (
			<select id={id} name={id} aria-describedby={described}>
				{!one.required && one.default === null && <option value="" />}
				{one.options.map((option) => (
					<option value={option} selected={option === (value ?? one.default)}>
						{option}
					</option>
				))}
			</select>
		);
	}
	const quiet = { autocomplete: 'off', spellcheck: false, 'aria-describedby': described } as const;
	if (one.kind === 'pairs' || one.kind === 'lines' || one.multiline) {
		return (
			<textarea id={id} name={id} rows={one.multiline ? 6 : 3} required={required} {...quiet}>
				{one.kind === 'secret' ? '' : typeof value === 'string' ? value : asLines(value)}
			</textarea>
		);
	}
	if (one.kind === 'secret') return <input type="password" id={id} name={id} required={required} {...quiet} autocomplete="new-password" />;
	return (
		<input
			type={one.kind === 'number' ? 'number' : one.kind === 'url' ? 'url' : 'text'}
			id={id}
			name={id}
			value={value === null ? '' : String(value)}
			placeholder={one.default === null ? undefined : String(one.default)}
			min={one.min ?? undefined}
			max={one.max ?? undefined}
			required={required}
			{...quiet}
		/>
	);
};

function asLines(value: unknown): string {
	if (Array.isArray(value)) return value.join('\n');
	if (typeof value !== 'object' || value === null) return '';
	return Object.entries(value)
		.map(([name, text]) => `${name}: ${text}`)
		.join('\n');
}

function hintOf({ kind, description }: ConnectionField, kept: boolean): string {
	const words = [description];
	if (kind === 'pairs') words.push('One a line: name: value.');
	if (kind === 'lines') words.push('One a line.');
	if (kept) words.push('Stored; leave it empty to keep it, enter it again to change where it is sent.');
	return words.filter((word) => word !== '').join(' ');
}

const WORDS: Readonly<Record<string, string>> = { url: 'URL', api: 'API', id: 'id', ssl: 'TLS', oauth: 'OAuth', mb: 'MB' };

/** `access_key_id` as "Access key id". */
export function labelOf(name: string): string {
	const text = name
		.split('_')
		.map((word) => WORDS[word] ?? word)
		.join(' ');
	return text.charAt(0).toUpperCase() + text.slice(1);
}
