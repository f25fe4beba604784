import { type ReadResourceResult, ResourceNotFoundError } from '@modelcontextprotocol/server';
import { packageJsonSchema } from '../../catalogue/json-schema.ts';
import type { Caller } from '../dispatch.ts';
import { visibleTools } from '../policy/visible.ts';

export const SCHEMA_URI = 'headgate://schemas/package';

export const SCHEMA_RESOURCE = {
	uri: SCHEMA_URI,
	name: 'package_schema',
	title: 'Package format',
	description: 'The whole package format as JSON Schema, every component type in it. Long: for one type read headgate://components/{component_type}.',
	mimeType: 'application/schema+json',
} as const;

/** It says nothing of an account; it is shown to those who may look components up. */
export async function mayReadSchema({ principal, operations }: Caller): Promise<boolean> {
	return (await visibleTools(principal, operations)).byName.has('describe_component_type');
}

export async function readSchema(caller: Caller): Promise<ReadResourceResult> {
	if (!(await mayReadSchema(caller))) throw new ResourceNotFoundError(SCHEMA_URI);
	return { contents: [{ uri: SCHEMA_URI, mimeType: SCHEMA_RESOURCE.mimeType, text: JSON.stringify(packageJsonSchema()) }] };
}
