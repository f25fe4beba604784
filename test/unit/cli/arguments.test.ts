import { expect, test } from 'vitest';
import { readArguments, readPort, UsageError } from '../../../src/cli/command.ts';
import { gatewayUrl } from '../../../src/cli/commands/target.ts';

test.each(['-1', '65536', '80a', '', '1e3'])('%j is no port', (text) => {
	expect(() => readPort(text)).toThrow(UsageError);
});

test.each([
	['0', 0],
	['8787', 8787],
	['65535', 65_535],
])('%j is a port', (text, port) => {
	expect(readPort(text)).toBe(port);
});

test('an option that does not exist is refused by name', () => {
	expect(() => readArguments(['--colour'], {}, { min: 0, max: 0 })).toThrow('--colour');
});

test.each(['ftp://gate.example', 'gate.example', 'https://gate.example/demo'])('%s is no address of a gateway', (text) => {
	expect(() => gatewayUrl(text)).toThrow(text);
});

test('the address of a gateway is its origin', () => {
	expect(gatewayUrl('https://gate.example/')).toBe('https://gate.example');
});
