import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const file = join(import.meta.dirname, '../../package-lock.json');

export interface LockedPackage {
	readonly version?: string;
	readonly resolved?: string;
	readonly integrity?: string;
	readonly dev?: boolean;
	readonly optional?: boolean;
	readonly os?: readonly string[];
	readonly cpu?: readonly string[];
	readonly libc?: readonly string[];
	readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export type LockedPackages = Record<string, LockedPackage>;

/** Optional dependencies that the lock file names but does not hold, each with where npm would put it. */
export function missingPlatforms(packages: LockedPackages): readonly { readonly path: string; readonly locked: LockedPackage }[] {
	return Object.entries(packages).flatMap(([owner, { optionalDependencies = {}, dev }]) => {
		const missing = Object.entries(optionalDependencies).filter(([name]) => locate(packages, owner, name) === undefined);
		return missing.map(([name, version]) => ({
			path: `${folderOfSiblings(packages, owner, Object.keys(optionalDependencies))}${name}`,
			locked: { version, ...platformOf(name), ...(dev === true ? { dev } : {}), optional: true },
		}));
	});
}

/** Node's own search: the owner's node_modules, then those above it. */
function locate(packages: LockedPackages, owner: string, name: string): string | undefined {
	for (let folder = owner; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
		const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
		if (packages[path] !== undefined) return path;
		if (folder === '') return undefined;
	}
}

function folderOfSiblings(packages: LockedPackages, owner: string, names: readonly string[]): string {
	const sibling = names.flatMap((name) => locate(packages, owner, name) ?? [])[0];
	return sibling === undefined ? 'node_modules/' : sibling.slice(0, sibling.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** Such packages are called after their platform, and npm must know it so as not to fetch them elsewhere. */
function platformOf(name: string): Pick<LockedPackage, 'os' | 'cpu' | 'libc'> {
	const words = name.split('/').at(-1)?.split(/[-_.]/) ?? [];
	const os = words
		.map((word) => (word === 'windows' ? 'win32' : word))
		.find((word) => ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'].includes(word));
	const cpu = words
		.map((word) => (word === '64' ? 'x64' : word))
		.find((word) => ['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'x64', 'loong64', 'mips64el'].includes(word));
	const musl = words.some((word) => word.startsWith('musl'));
	return { ...(os === undefined ? {} : { os: [os] }), ...(cpu === undefined ? {} : { cpu: [cpu] }), ...(musl ? { libc: ['musl'] } : {}) };
}

/**
 * A registry that holds the packages of some platforms only makes npm leave the others out of the lock file, which `npm ci`
 * then refuses. This writes them back, without the checksums that only a whole registry knows.
 */
function complete(): void {
	const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: LockedPackages };
	const missing = missingPlatforms(lock.packages);
	const all = [...Object.entries(lock.packages), ...missing.map(({ path, locked }) => [path, locked] as const)];
	const packages = Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, 'en')));
	writeFileSync(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
	process.stdout.write(`${missing.length} packages of other platforms written into package-lock.json\n`);
}

if (import.meta.main) complete();
