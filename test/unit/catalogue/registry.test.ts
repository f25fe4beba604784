import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALIASES } from '../../../src/catalogue/aliases.ts';
import type { SchemaNode } from '../../../src/catalogue/compact-schema.ts';
import { describeComponent, listComponents } from '../../../src/catalogue/describe.ts';
import { COMPONENTS, findComponent, nearestComponent } from '../../../src/catalogue/index.ts';
import { packageJsonSchema } from '../../../src/catalogue/json-schema.ts';

const FOLDERS = { sources: 'source', transforms: 'transformation', destinations: 'destination', tasks: 'task' } as const;
const ROOT = join(import.meta.dirname, '../../../src/catalogue');

/** The public format's table, word for word. */
const FORMAT =
	`cloud_storage_source database_source rest_api_source payload_source select filter assert join cross_join union clone distinct limit sample sort rank
	aggregate cube window flatten pivot unpivot parse_json code cloud_storage_destination database_destination rest_api_destination result_destination
	run_package execute_sql move_file http_call sleep`.split(/\s+/);

describe('the registry', () => {
	test('lists exactly the components of the public format', () => {
		expect(COMPONENTS.map((definition) => definition.key).sort()).toEqual(FORMAT.map((name) => `${name}_component`).sort());
	});

	test('lists every file, and every file under its category', async () => {
		const found: string[] = [];
		for (const [folder, category] of Object.entries(FOLDERS)) {
			for (const file of readdirSync(join(ROOT, folder))) {
				const exported = Object.values<{ key?: string; category?: string }>(await import(join(ROOT, folder, file)));
				const definitions = exported.filter((value) => typeof value === 'object' && value.key !== undefined);
				expect([file, definitions.length, definitions[0]?.category]).toEqual([file, 1, category]);
				found.push(definitions[0]?.key ?? '');
			}
		}
		expect(found.sort()).toEqual(COMPONENTS.map((definition) => definition.key).sort());
	});

	test('finds a component by its key, a vendor too, and the nearest of a slip', () => {
		expect(findComponent('select_component')?.definition.name).toBe('Select');
		expect(findComponent('snowflake_destination_component')).toMatchObject({
			definition: { key: 'database_destination_component' },
			alias: { connectionType: 'snowflake' },
		});
		expect(findComponent('salesforce_source_component')?.definition.key).toBe('database_source_component');
		expect(findComponent('constructor')).toBeUndefined();
		expect(nearestComponent('select')).toBe('select_component');
		expect(nearestComponent('agregate_component')).toBe('aggregate_component');
	});

	test('has an alias for both ends of every vendor, each of which stands for a component', () => {
		expect(ALIASES.filter((alias) => findComponent(alias.key)?.alias !== alias)).toEqual([]);
		expect(new Set([...ALIASES.map((alias) => alias.key), ...COMPONENTS.map((component) => component.key)]).size).toBe(ALIASES.length + COMPONENTS.length);
	});
});

describe('list_component_types', () => {
	test('says what one needs to choose and to write a component', () => {
		expect(listComponents('task').map((component) => component.wrapper_key)).toEqual([
			'run_package_component',
			'execute_sql_component',
			'move_file_component',
			'http_call_component',
			'sleep_component',
		]);
		expect(listComponents()[4]).toEqual({
			name: 'Select',
			category: 'transformation',
			class_name: 'SelectComponent',
			docs: 'Chooses, computes, renames and reorders columns.',
			wrapper_key: 'select_component',
			specific_component_type: 'select',
			aliases: [],
		});
	});
});

describe('describe_component_type', () => {
	test.each(COMPONENTS.map((definition) => [definition.key]))('of %s describes every field, at every depth', (key) => {
		const described = describeComponent(key);
		const undescribed: string[] = [];
		const walk = (node: SchemaNode, path: string) => {
			for (const [name, child] of Object.entries(node.properties ?? {})) {
				if ((child.description ?? '').length < 4) undescribed.push(`${path}.${name}`);
				walk(child, `${path}.${name}`);
			}
			if (node.items !== undefined) walk(node.items, `${path}[]`);
			for (const branch of node.anyOf ?? []) walk(branch, path);
		};
		walk({ properties: { ...described.properties } }, key);
		expect(undescribed).toEqual([]);
		expect(JSON.stringify(described)).not.toContain('$ref');
	});

	test('of a component says what is required, what is the default and what is valid', () => {
		const { properties, required, input_ports, output_ports, wrapper_example } = describeComponent('join');
		expect(required).toEqual(['name', 'keys']);
		expect(properties['join_type']).toEqual({
			type: 'string',
			enum: ['inner', 'left', 'right', 'full'],
			default: 'inner',
			description: 'Which rows without a partner are kept: none, those of the left, of the right, of both.',
		});
		expect([input_ports, output_ports]).toEqual([['left', 'right'], ['out']]);
		expect(wrapper_example).toEqual({ join_component: { name: 'example', join_type: 'left', keys: [{ left: 'customer_id', right: 'id' }] } });
	});

	test('of a vendor says what it is an alias of, and its own wrapper', () => {
		const described = describeComponent('snowflake_destination_component');
		expect(described).toMatchObject({
			wrapper_key: 'snowflake_destination_component',
			alias_of: 'database_destination_component',
			connection_type: 'snowflake',
		});
		expect(Object.keys(described.wrapper_example)).toEqual(['snowflake_destination_component']);
	});

	test('of what does not exist names the nearest', () => {
		expect(() => describeComponent('selekt_component')).toThrowError(expect.objectContaining({ code: 'not_found', hint: 'did you mean select_component?' }));
		expect(() => describeComponent('__proto__')).toThrowError(expect.objectContaining({ code: 'not_found' }));
	});
});

describe('the JSON Schema of the package format', () => {
	const schema = packageJsonSchema();

	test('has every component and alias, and no reference that leads nowhere', () => {
		const text = JSON.stringify(schema);
		for (const { key } of [...COMPONENTS, ...ALIASES]) expect(text).toContain(`"required":["${key}"]`);
		const definitions = Object.keys(schema['$defs'] as object);
		const references = [...text.matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map((match) => match[1] ?? '');
		expect(references.filter((reference) => !definitions.includes(reference))).toEqual([]);
		expect(references.length).toBeGreaterThan(COMPONENTS.length);
	});

	test('refuses unknown keys and asks only for components', () => {
		expect(schema).toMatchObject({ type: 'object', additionalProperties: false, required: ['components'] });
		expect(Object.keys(schema['properties'] as object).sort()).toEqual([
			'components',
			'description',
			'edges',
			'flow_type',
			'flow_version',
			'name',
			'settings',
			'variables',
		]);
	});
});
