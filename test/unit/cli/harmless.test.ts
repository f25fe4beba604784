import { expect, test } from 'vitest';
import { harmless } from '../../../src/cli/harmless.ts';

test('what others wrote commands no terminal', () => {
	expect(harmless('a\u001b[2Jb\u009bc\rd\u0007')).toBe('a\ufffd[2Jb\ufffdc\ufffdd\ufffd');
});

test('lines, tabs and every script stay as they are', () => {
	const text = 'é 漢字\t🙂\n\n';
	expect(harmless(text)).toBe(text);
});
