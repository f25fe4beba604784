import { describe, expect, test } from 'vitest';
import { effectiveScopes } from '../../../src/model/principal.ts';

describe('the scopes that are left', () => {
	test.each([
		['owner', ['admin'], false, ['admin', 'write', 'run', 'read']],
		['owner', ['write'], false, ['write', 'read']],
		['editor', ['admin'], false, ['write', 'run', 'read']],
		['editor', ['run'], false, ['run', 'read']],
		['viewer', ['admin', 'write', 'run'], false, ['read']],
		['owner', ['admin'], true, ['read']],
		['owner', [], false, []],
	] as const)('for an %s with %j (read-only: %s) are %j', (role, granted, readOnly, expected) => {
		expect([...effectiveScopes(role, granted, readOnly)].sort()).toEqual([...expected].sort());
	});
});
