import { componentTypes } from '../completion/suggest.ts';
import type { ResourceKind } from './resource.ts';

/** What describe_component_type answers, as far as the page shows it. */
interface Described {
	readonly name: string;
	readonly docs: string;
	readonly wrapper_key: string;
	readonly properties: Readonly<Record<string, { readonly description?: string; readonly type?: string; readonly default?: unknown }>>;
	readonly required: readonly string[];
	readonly input_ports: readonly string[];
	readonly output_ports: readonly string[];
	readonly wrapper_example: unknown;
	readonly expressions: string | null;
}

export const componentResource: ResourceKind = {
	uriTemplate: 'headgate://components/{component_type}',
	name: 'component',
	title: 'Component type',
	description: 'What a component type does, its fields, ports, and an example to copy into a package.',
	mimeType: 'text/markdown',
	tool: 'describe_component_type',
	call: ({ component_type }) => ({ component_type }),
	text: (answer) => componentPage(answer as unknown as Described),
	complete: { component_type: componentTypes },
};

function componentPage(component: Described): string {
	const { name, docs, wrapper_key, properties, required, input_ports, output_ports, wrapper_example, expressions } = component;
	const fields = Object.entries(properties).map(([field, { description, type, default: fallback }]) => {
		const facts = [type, required.includes(field) ? 'required' : null, fallback === undefined ? null : `default ${JSON.stringify(fallback)}`];
		return `- \`${field}\` (${facts.filter((fact) => fact != null).join(', ')}): ${description ?? ''}`.trimEnd();
	});
	const ports = [`In: ${input_ports.join(', ') || 'none'}. Out: ${output_ports.join(', ') || 'none'}.`];
	const example = ['## Example', '', '```json', JSON.stringify(wrapper_example, null, 2), '```'];
	const language = expressions === null ? [] : ['', '## Expressions', '', expressions];
	return [`# ${name}`, '', `\`${wrapper_key}\`: ${docs}`, '', ...ports, '', '## Fields', '', ...fields, '', ...example, ...language, ''].join('\n');
}
