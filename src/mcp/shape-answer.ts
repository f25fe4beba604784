import { safeParse, type z } from 'zod';
import type { AnyTool } from './tool.ts';

/**
 * What a tool gave, as its output schema has it: fields the schema does not name are dropped. Where it does not fit, a tool that
 * only reads fails; a change that was made is answered with the fields that do fit, and `unshaped` is told.
 */
export function shapeAnswer(tool: AnyTool, raw: unknown, unshaped: (error: z.ZodError) => void): Record<string, unknown> {
	const parsed = tool.output.safeParse(raw);
	if (parsed.success) return parsed.data;
	if (tool.hints.readOnly) throw parsed.error;
	unshaped(parsed.error);
	const given = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
	return Object.fromEntries(
		Object.entries(tool.output.shape).flatMap(([name, schema]) => {
			const field = safeParse(schema, given[name]);
			return field.success && field.data !== undefined ? [[name, field.data]] : [];
		}),
	);
}
