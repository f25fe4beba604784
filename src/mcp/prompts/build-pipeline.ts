import { connectionNames } from '../completion/suggest.ts';
import { type Prompt, quoted } from './prompt.ts';

export const buildPipeline: Prompt = {
	name: 'build_pipeline',
	title: 'Build a pipeline',
	description: 'A new package from a sentence: looked at, drafted, validated, shown, created, run once.',
	arguments: [
		{ name: 'goal', description: 'What shall come of it, in a sentence.', required: true },
		{ name: 'source', description: 'The connection or file the rows come from.', required: false, complete: connectionNames },
		{ name: 'destination', description: 'The connection and table or file they go to.', required: false, complete: connectionNames },
	],
	tools: [
		'list_connections',
		'get_connection',
		'list_templates',
		'get_template',
		'discover_schema',
		'discover_file_schema',
		'preview_data',
		'list_component_types',
		'describe_component_type',
		'validate_package',
		'create_package',
		'run_package',
		'explain_job_failure',
	],
	text: ({ goal = '', source, destination }) =>
		`Build a pipeline (package): ${quoted(goal)}${source === undefined ? '' : `, from ${quoted(source)}`}${destination === undefined ? '' : `, into ${quoted(destination)}`}.

1. list_connections and get_connection: which connections there are, and the components they suggest. Ask me where more than one could be meant.
2. Look at the real data: discover_schema or discover_file_schema for columns and types, preview_data for values.
3. list_templates: where one is near, begin with get_template. Otherwise list_component_types, and describe_component_type for each type before you use it; copy the shape of its example.
4. validate_package with the draft until its status is valid and you have dealt with every warning.
5. Show me the draft as a list of steps, with what happens to bad rows and to rows that are there already. Then create_package with the same definition and an idempotency_key.
6. run_package with wait_seconds 50. If it fails, explain_job_failure, mend, try once more.

Tell me the package_id, the run_id, how many rows went where, a few of them, and what you left open.`,
};
