import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as playwright } from 'playwright-core';

/**
 * A real Chromium out of an npm package, so that no browser need be installed. The system libraries that a bare machine lacks
 * (NSS and its friends) lie beside it in the same package.
 */
export async function launchChromium(): Promise<Browser> {
	const executablePath = await chromium.executablePath();
	const libraries = unpackedLibraries();
	return playwright.launch({
		executablePath,
		headless: true,
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
		env: { ...process.env, LD_LIBRARY_PATH: [libraries, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':') },
	});
}

function unpackedLibraries(): string {
	const folder = join(tmpdir(), 'headgate-chromium-libraries');
	const library = join(folder, 'lib');
	if (existsSync(join(library, 'libnss3.so'))) return library;
	mkdirSync(folder, { recursive: true });
	const packed = join(import.meta.dirname, '../../node_modules/@sparticuz/chromium/bin/al2023.tar.br');
	const archive = join(folder, 'libraries.tar');
	writeFileSync(archive, brotliDecompressSync(readFileSync(packed)));
	execFileSync('tar', ['-xf', archive, '-C', folder]);
	return library;
}
