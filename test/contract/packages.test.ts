import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type LockedPackages, missingPlatforms } from '../support/lock-platforms.ts';

const repository = join(import.meta.dirname, '../..');
const readJson = (file: string): unknown => JSON.parse(readFileSync(join(repository, file), 'utf8'));
const { packages } = readJson('package-lock.json') as { packages: LockedPackages };
const manifest = readJson('package.json') as { dependencies: Record<string, string>; devDependencies: Record<string, string> };
const locked = Object.entries(packages).filter(([path]) => path !== '');

test(`none of the ${locked.length} locked packages names where it was downloaded`, () => {
	expect(locked.length).toBeGreaterThan(100);
	expect(locked.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
});

test('every locked package has a checksum, but for those of platforms that the registry at hand does not hold', () => {
	const unchecked = locked.filter(([, entry]) => entry.integrity === undefined);
	expect(unchecked.filter(([, entry]) => entry.optional !== true || entry.os === undefined).map(([path]) => path)).toEqual([]);
});

test('the lock file holds every platform of every package, or npm ci would refuse it', () => {
	expect(missingPlatforms(packages), 'node test/support/lock-platforms.ts writes them').toEqual([]);
});

test('every dependency is pinned to one version', () => {
	const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
	expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});
