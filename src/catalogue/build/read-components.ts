import type * as z from 'zod';
import { COMPONENT_ID, idFromName } from '../../plan/component-ids.ts';
import type { FaultList } from '../../plan/fault.ts';
import { parseShape, type ShapeFault } from '../../plan/shape.ts';
import { joinPath, pathText, quote } from '../../plan/shape-words.ts';
import { componentHint } from '../component-hint.ts';
import { type FoundComponent, findComponent } from '../index.ts';
import { wholeConfig } from '../whole-config.ts';

/** A component as it was written, as far as it could be read. */
export interface RawComponent {
	readonly index: number;
	/** `components[2].select_component` */
	readonly path: string;
	/** Wrapper key, as written; null where there is not exactly one. */
	readonly key: string | null;
	/** Null where no such type exists. */
	readonly found: FoundComponent | null;
	readonly id: string;
	readonly name: string;
	/** What stands inside the wrapper. */
	readonly given: Readonly<Record<string, unknown>>;
	/** Parsed, defaults filled in; null where it cannot be read at all. */
	readonly config: Readonly<Record<string, unknown>> | null;
	/** False: something of the configuration is at fault or was left out, so what comes out of it is not known. */
	readonly intact: boolean;
}

/** Reads the components and gives each its id. Every slip in every one of them is told. */
export function readComponents(items: readonly unknown[], faults: FaultList): RawComponent[] {
	const read = items.map((item, index) => readComponent(item, index, faults));
	const ids = giveIds(read, faults);
	tellSameNames(read, faults);
	return read.map((component, i) => ({ ...component, id: ids[i] ?? '' }));
}

type Unnamed = Omit<RawComponent, 'id'>;

function readComponent(item: unknown, index: number, faults: FaultList): Unnamed {
	const at = `components[${index}]`;
	const nothing = { index, path: at, key: null, found: null, name: '', given: {}, config: null, intact: false };
	const tell = (code: 'shape' | 'unknown_component', path: string, component: string | null, message: string, hint: string) =>
		faults.add({ code, component, path, message, hint });
	if (item === null || typeof item !== 'object' || Array.isArray(item)) {
		tell('shape', at, null, `${at} is ${quote(item)}`, 'an object with one key, the component type: {"select_component": {"name": "…"}}');
		return nothing;
	}
	const keys = Object.keys(item);
	const [key] = keys;
	if (key === undefined || keys.length > 1) {
		const loose = nameOf(item);
		const hint = `wrap its fields: {${JSON.stringify(typeHint(item))}: ${loose === '' ? '{"name": "…"}' : `{"name": ${JSON.stringify(loose)}, …}`}}`;
		tell(
			'shape',
			at,
			loose === '' ? null : loose,
			keys.length === 0 ? `${at} is empty` : `${at} has ${keys.length} keys: ${quote(keys.slice(0, 5))}`,
			`a component has exactly one key, its type; ${hint}`,
		);
		return { ...nothing, name: loose };
	}
	const path = pathText(['components', index, key]);
	const inside = (item as Record<string, unknown>)[key];
	const name = nameOf(inside);
	const found = findComponent(key) ?? null;
	const shown = name === '' ? null : name;
	if (found === null) tell('unknown_component', path, shown, `${quote(key)} is no component type`, componentHint(key));
	if (inside === null || typeof inside !== 'object' || Array.isArray(inside)) {
		tell('shape', path, null, `${path} is ${quote(inside)}`, 'an object with the fields of the component');
		return { ...nothing, path, key, found };
	}
	const given = inside as Readonly<Record<string, unknown>>;
	if (found === null) return { ...nothing, path, key, name, given };
	const schema = wholeConfig(found.definition);
	const parsed = parseShape(schema, given);
	if ('value' in parsed) return { index, path, key, found, name, given, config: parsed.value, intact: true };
	for (const fault of parsed.faults)
		faults.add({ code: fault.code, component: shown, path: joinPath(path, fault.path), message: fault.message, hint: fault.hint });
	return { index, path, key, found, name, given, config: repaired(schema, given, parsed.faults), intact: false };
}

/** The configuration without what is at fault, so that the rest of it can still be checked; null where nothing is left of it. */
function repaired(schema: z.ZodObject, given: Readonly<Record<string, unknown>>, faults: readonly ShapeFault[]): Readonly<Record<string, unknown>> | null {
	const copy = structuredClone(given) as Record<string, unknown>;
	for (const fault of faults) if (fault.code === 'unknown_key') remove(copy, fault.keys);
	for (const fault of faults) if (fault.code !== 'unknown_key') delete copy[String(fault.keys[0])];
	// The name is not needed to look at the rest.
	if (typeof copy['name'] !== 'string') copy['name'] = 'unnamed';
	const parsed = schema.safeParse(copy);
	return parsed.success ? parsed.data : null;
}

function remove(root: Record<string, unknown>, keys: readonly PropertyKey[]): void {
	let holder: unknown = root;
	for (const key of keys.slice(0, -1)) holder = holder !== null && typeof holder === 'object' ? (holder as Record<PropertyKey, unknown>)[key] : undefined;
	const last = keys.at(-1);
	if (last !== undefined && holder !== null && typeof holder === 'object') delete (holder as Record<PropertyKey, unknown>)[last];
}

function nameOf(inside: unknown): string {
	if (inside === null || typeof inside !== 'object') return '';
	const name: unknown = (inside as Record<string, unknown>)['name'];
	return typeof name === 'string' ? name.slice(0, 200) : '';
}

/** The type somebody meant who wrote it as a field. */
function typeHint(item: object): string {
	for (const field of ['type', 'component_type', 'wrapper_key', 'specific_component_type']) {
		const value: unknown = (item as Record<string, unknown>)[field];
		if (typeof value !== 'string') continue;
		if (findComponent(value) !== undefined) return value;
		if (findComponent(`${value}_component`) !== undefined) return `${value}_component`;
	}
	return 'select_component';
}

function giveIds(components: readonly Unnamed[], faults: FaultList): string[] {
	const owners = new Map<string, Unnamed>();
	const given = components.map((component) => {
		const id = component.given['id'];
		if (typeof id !== 'string' || !COMPONENT_ID.test(id)) return null;
		const owner = owners.get(id);
		if (owner === undefined) {
			owners.set(id, component);
			return id;
		}
		const message = `the id "${id}" is also that of "${owner.name}"`;
		faults.add({
			code: 'duplicate_id',
			component: component.name,
			path: `${component.path}.id`,
			message,
			hint: 'give it another id, or leave it out: it is made from the name',
		});
		return null;
	});
	const taken = new Set(owners.keys());
	return given.map((id, i) => {
		const settled = id ?? idFromName(components[i]?.name ?? '', taken);
		taken.add(settled);
		return settled;
	});
}

function tellSameNames(components: readonly Unnamed[], faults: FaultList): void {
	const owners = new Map<string, Unnamed>();
	for (const component of components) {
		const owner = owners.get(component.name);
		if (owner === undefined) owners.set(component.name, component);
		else if (component.name !== '') {
			const message = `"${component.name}" is also the name of components[${owner.index}]`;
			faults.add({ code: 'duplicate_name', component: component.name, path: `${component.path}.name`, message, hint: 'names are unique in a package' });
		}
	}
}
