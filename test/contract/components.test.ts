import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describeComponentType } from '../../src/mcp/tools/components/describe-component-type.ts';

const FILE = join(import.meta.dirname, '../../docs/components.md');

/** One source, one transformation, one destination. */
const SHOWN = ['database_source_component', 'join_component', 'database_destination_component'];

const INTRODUCTION = `# What an assistant is told about a component

\`list_component_types\` names the components there are; \`describe_component_type\` says everything about one. These are its whole answers for a source, a transformation and a destination, as a client gets them. The examples in them are run by the tests. \`UPDATE_CONTRACT=1 npx vitest run --project unit test/contract/components.test.ts\` writes this page; without it, the same test fails where the page is not what the tool answers.
`;

const answers = SHOWN.map(async (component_type) => {
	const answer = describeComponentType.output.parse(await describeComponentType.run({ component_type }, undefined as never));
	return `\n## ${component_type}\n\n\`\`\`json\n${JSON.stringify(answer, null, 2)}\n\`\`\`\n`;
});

test(`docs/components.md shows what describe_component_type answers for ${SHOWN.length} components; UPDATE_CONTRACT=1 rewrites it`, async () => {
	const page = `${INTRODUCTION}${(await Promise.all(answers)).join('')}`;
	if (process.env['UPDATE_CONTRACT'] === '1') writeFileSync(FILE, page);
	expect(readFileSync(FILE, 'utf8')).toBe(page);
});
