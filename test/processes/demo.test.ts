import { expect, test } from 'vitest';
import { headgate } from '../support/gateway-process.ts';

test('the demo tells its whole story once and ends with status 0', async () => {
	const { status, stdout, stderr } = await headgate(['demo', '--once']);
	expect(status, stderr).toBe(0);
	expect(stdout).toMatch(/ATL +Atlanta +GA +414,513\n +ORD +Chicago +IL +350,380\n/);
	expect(stdout).toContain('explain_job_failure says');
	expect(stdout).not.toMatch(/\n\s+at .+:\d+:\d+/);
});
