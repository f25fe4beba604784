import type { Schema } from '../../data/types.ts';
import type { SourceField } from '../../plan/endpoints.ts';

/** The source's fields that somebody needs, in the order of the output. */
export function wantedFields(fields: readonly SourceField[], output: Schema): SourceField[] {
	return output.map((field) => {
		const found = fields.find((each) => each.name === field.name);
		if (found === undefined) throw new RangeError(`the source has no field "${field.name}"`);
		return found;
	});
}
