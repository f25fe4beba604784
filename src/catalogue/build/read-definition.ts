import type * as z from 'zod';
import { deeperThan } from '../../lib/json.ts';
import { nearest } from '../../lib/nearest.ts';
import {
	type Edge,
	edgeSchema,
	type FlowType,
	flowTypeSchema,
	PACKAGE_LIMITS,
	type Settings,
	settingsSchema,
	type VariableDefinition,
	variableNameSchema,
	variableSchema,
} from '../../model/package.ts';
import type { FaultList } from '../../plan/fault.ts';
import { parseShape } from '../../plan/shape.ts';
import { joinPath, quote } from '../../plan/shape-words.ts';
import { packageShape } from '../json-schema.ts';
import { type RawComponent, readComponents } from './read-components.ts';

/** A package taken apart: what is of the right shape stands here, what is not has been told. */
export interface RawPackage {
	readonly flowType: FlowType;
	readonly components: readonly RawComponent[];
	/** By their place in the package; null where the shape is wrong. */
	readonly edges: readonly (Edge | null)[];
	readonly variables: Readonly<Record<string, VariableDefinition>>;
	readonly settings: Settings;
}

const KEYS = ['components', ...Object.keys(packageShape)];

/** JSON nested deeper than this is no package; the bound keeps every recursive reader far from the end of the stack. */
const MAX_DEPTH = 64;

/** Reads whatever was given as a package definition; null where nothing of it can be read. */
export function readDefinition(input: unknown, faults: FaultList): RawPackage | null {
	const tell = (path: string, message: string, hint: string, code: 'shape' | 'limit' | 'unknown_key' = 'shape') =>
		faults.add({ code, component: null, path, message, hint });
	if (input === null || typeof input !== 'object' || Array.isArray(input)) {
		tell('', `a package is an object, not ${quote(input)}`, '{"components": [ … ], "edges": [ … ]}');
		return null;
	}
	if (deeperThan(input, MAX_DEPTH)) {
		tell('', `the package is nested deeper than ${MAX_DEPTH} levels`, 'flatten nested conditions or bodies', 'limit');
		return null;
	}
	const given = input as Readonly<Record<string, unknown>>;
	for (const key of Object.keys(given)) {
		if (KEYS.includes(key)) continue;
		const near = nearest(key, KEYS);
		tell(
			key,
			`${quote(key)} is not a known key of a package`,
			`${near === undefined ? '' : `did you mean ${near}? `}valid keys: ${KEYS.join(', ')}`,
			'unknown_key',
		);
	}
	const part = <Schema extends z.ZodType>(key: string, schema: Schema): z.output<Schema> | undefined => {
		if (given[key] === undefined) return undefined;
		const parsed = parseShape(schema, given[key]);
		if ('value' in parsed) return parsed.value;
		for (const fault of parsed.faults)
			faults.add({ code: fault.code, component: null, path: joinPath(key, fault.path), message: fault.message, hint: fault.hint });
		return undefined;
	};
	part('name', packageShape.name);
	part('description', packageShape.description);
	part('flow_version', packageShape.flow_version);
	const flowType = part('flow_type', flowTypeSchema) ?? 'dataflow';
	const settings = part('settings', settingsSchema) ?? {};
	const edges = listOf(given['edges'] ?? [], 'edges', PACKAGE_LIMITS.edges, tell).map((edge, i) => readEdge(edge, i, faults));
	const variables = readVariables(given['variables'] ?? {}, faults, tell);
	if (given['components'] === undefined) tell('components', 'components is missing', 'required: a list of objects with one key each, the component type');
	const components = readComponents(listOf(given['components'] ?? [], 'components', PACKAGE_LIMITS.components, tell), faults);
	return { flowType, settings, edges, variables, components };
}

type Tell = (path: string, message: string, hint: string, code?: 'shape' | 'limit') => void;

function listOf(value: unknown, path: string, most: number, tell: Tell): readonly unknown[] {
	if (!Array.isArray(value)) {
		tell(path, `${path} is ${quote(value)}`, 'it must be a list');
		return [];
	}
	if (value.length <= most) return value;
	tell(path, `${path} has ${value.length} items`, `at most ${most}`, 'limit');
	return [];
}

function readEdge(edge: unknown, index: number, faults: FaultList): Edge | null {
	const parsed = parseShape(edgeSchema, edge);
	if ('value' in parsed) return parsed.value;
	for (const fault of parsed.faults)
		faults.add({ code: fault.code, component: null, path: joinPath(`edges[${index}]`, fault.path), message: fault.message, hint: fault.hint });
	return null;
}

function readVariables(value: unknown, faults: FaultList, tell: Tell): Record<string, VariableDefinition> {
	if (value === null || typeof value !== 'object' || Array.isArray(value)) {
		tell('variables', `variables is ${quote(value)}`, 'it must be an object: {"since": "2024-01-01"}');
		return {};
	}
	const entries = Object.entries(value);
	if (entries.length > PACKAGE_LIMITS.variables) {
		tell('variables', `variables has ${entries.length} entries`, `at most ${PACKAGE_LIMITS.variables}`, 'limit');
		return {};
	}
	const read: [string, VariableDefinition][] = [];
	for (const [name, definition] of entries) {
		const path = joinPath('variables', /^\w+$/.test(name) ? name : `[${JSON.stringify(name)}]`);
		const badName = !variableNameSchema.safeParse(name).success;
		if (badName) tell(path, `${quote(name)} is no variable name`, 'letters, digits and _, at most 128, not beginning with a digit');
		const reserved = /^_[A-Z]/.test(name);
		if (reserved) tell(path, `${quote(name)} is reserved`, 'names that begin with _ and a capital are those of predefined variables');
		const parsed = parseShape(variableSchema, definition);
		if ('faults' in parsed)
			for (const fault of parsed.faults)
				faults.add({ code: fault.code, component: null, path: joinPath(path, fault.path), message: fault.message, hint: fault.hint });
		else if (!badName && !reserved) read.push([name, parsed.value]);
	}
	return Object.fromEntries(read);
}
