import { expect, test, vi } from 'vitest';
import { shapeAnswer } from '../../../src/mcp/shape-answer.ts';
import { listWorkspaces } from '../../../src/mcp/tools/account/list-workspaces.ts';
import { cancelJob } from '../../../src/mcp/tools/runs/cancel-job.ts';

test('fields that the output does not name are dropped', () => {
	const unshaped = vi.fn();
	const raw = { run_id: 1, status: 'stopping', dry_run: false, message: 'asked', secret: 'hunter2' };
	expect(shapeAnswer(cancelJob, raw, unshaped)).toEqual({ run_id: 1, status: 'stopping', dry_run: false, message: 'asked' });
	expect(unshaped).not.toHaveBeenCalled();
});

test('a change that was made is answered with what does fit, and never fails for its answer', () => {
	const unshaped = vi.fn();
	expect(shapeAnswer(cancelJob, { run_id: 1, status: 'melted', message: 'asked' }, unshaped)).toEqual({ run_id: 1, message: 'asked' });
	expect(shapeAnswer(cancelJob, undefined, unshaped)).toEqual({});
	expect(unshaped).toHaveBeenCalledTimes(2);
});

test('reading fails where its answer does not fit', () => {
	expect(() => shapeAnswer(listWorkspaces, { workspaces: 'none' }, () => undefined)).toThrow();
});
