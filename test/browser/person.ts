import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Ready } from '../support/gateway-process.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = join(import.meta.dirname, '../../docs/screenshots');

/** Somebody with a browser of their own. */
export async function aPerson(
	browser: Browser,
	gateway: Ready,
	options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ context: BrowserContext; page: Page }> {
	const context = await browser.newContext({ baseURL: gateway.url, viewport: { width: 1100, height: 800 }, reducedMotion: 'reduce', ...options });
	const page = await context.newPage();
	page.setDefaultTimeout(10_000);
	return { context, page };
}

export async function signIn(page: Page, gateway: Ready, password = gateway.password): Promise<void> {
	await page.goto('/sign-in');
	await page.getByLabel('Email').fill(gateway.email);
	await page.getByLabel('Password').fill(password);
	await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/**
 * No page may have an accessibility fault that axe can find, in light and in dark. The picture is kept under docs/ when
 * HEADGATE_SCREENSHOTS asks for it.
 */
export async function looksRight(page: Page, name: string): Promise<void> {
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme });
		// The page's policy admits no foreign script, so axe runs in a world of its own.
		const session = await page.context().newCDPSession(page);
		const { executionContextId } = await isolatedWorld(session);
		await session.send('Runtime.evaluate', { expression: axe, contextId: executionContextId });
		const run = await session.send('Runtime.evaluate', {
			expression: 'axe.run().then((r) => JSON.stringify(r.violations.map((v) => ({ id: v.id, nodes: v.nodes.map((n) => n.html) }))))',
			contextId: executionContextId,
			awaitPromise: true,
			returnByValue: true,
		});
		expect({ name, colorScheme, violations: JSON.parse(String(run.result.value)) as unknown }).toEqual({ name, colorScheme, violations: [] });
		if (process.env['HEADGATE_SCREENSHOTS']) {
			mkdirSync(pictures, { recursive: true });
			await page.screenshot({ path: join(pictures, `${name}${colorScheme === 'dark' ? '-dark' : ''}.png`), fullPage: true });
		}
		await session.detach();
	}
	await page.emulateMedia({ colorScheme: null });
}

async function isolatedWorld(session: Awaited<ReturnType<BrowserContext['newCDPSession']>>): Promise<{ executionContextId: number }> {
	const { frameTree } = await session.send('Page.getFrameTree');
	return session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id, worldName: 'axe' });
}

/** Runs `work` at the keyboard of a fresh person, who goes away afterwards. */
export async function withPerson(browser: Browser, gateway: Ready, work: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
	const { context, page } = await aPerson(browser, gateway);
	try {
		await work(page, context);
	} finally {
		await context.close();
	}
}
