import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, Frame, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Ready } from '../support/gateway-process.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pictures = join(import.meta.dirname, '../../docs/screenshots');

const WIDE = { width: 1000, height: 700 };
/** A small phone held upright. */
const NARROW = { width: 380, height: 700 };

/** Somebody with a browser of their own. */
export async function aPerson(
	browser: Browser,
	gateway: Pick<Ready, 'url'>,
	options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ context: BrowserContext; page: Page }> {
	const context = await browser.newContext({ baseURL: gateway.url, viewport: WIDE, reducedMotion: 'reduce', ...options });
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
 * No page may have an accessibility fault that axe can find, in light and in dark, nor need sideways scrolling on a phone. The
 * pictures are kept under docs/ when HEADGATE_SCREENSHOTS asks for them.
 */
export async function looksRight(page: Page, name: string): Promise<void> {
	for (const colorScheme of ['light', 'dark'] as const) {
		await page.emulateMedia({ colorScheme });
		expect({ name, colorScheme, violations: await accessibilityFaults(page) }).toEqual({ name, colorScheme, violations: [] });
		await picture(page, `${name}${colorScheme === 'dark' ? '-dark' : ''}`);
	}
	await page.emulateMedia({ colorScheme: null });
	await page.setViewportSize(NARROW);
	const sideways = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
	expect({ name, sideways }).toEqual({ name, sideways: 0 });
	await picture(page, `${name}-narrow`);
	await page.setViewportSize(WIDE);
}

/** The page's policy admits no foreign script, so axe runs in a world of its own. */
export async function accessibilityFaults(page: Page | Frame): Promise<unknown> {
	const whole = 'context' in page ? page : page.page();
	const session = await whole.context().newCDPSession(whole);
	const { executionContextId } = await isolatedWorld(session, page.url());
	await session.send('Runtime.evaluate', { expression: axe, contextId: executionContextId });
	const run = await session.send('Runtime.evaluate', {
		expression: 'axe.run().then((r) => JSON.stringify(r.violations.map((v) => ({ id: v.id, nodes: v.nodes.map((n) => n.html) }))))',
		contextId: executionContextId,
		awaitPromise: true,
		returnByValue: true,
	});
	await session.detach();
	return JSON.parse(String(run.result.value));
}

export async function picture(page: Page | Locator, name: string): Promise<void> {
	if (!process.env['HEADGATE_SCREENSHOTS']) return;
	mkdirSync(pictures, { recursive: true });
	const path = join(pictures, `${name}.png`);
	await ('goto' in page ? page.screenshot({ path, fullPage: true }) : page.screenshot({ path }));
}

/** In the page itself, or in the frame of it that shows that address. */
async function isolatedWorld(session: Awaited<ReturnType<BrowserContext['newCDPSession']>>, url: string): Promise<{ executionContextId: number }> {
	const { frameTree } = await session.send('Page.getFrameTree');
	const { frame } = frameTree.childFrames?.find((child) => child.frame.url === url) ?? frameTree;
	return session.send('Page.createIsolatedWorld', { frameId: frame.id, worldName: 'axe' });
}

/** Runs `work` at the keyboard of a fresh person, who goes away afterwards. */
export async function withPerson(browser: Browser, gateway: Pick<Ready, 'url'>, work: (page: Page, context: BrowserContext) => Promise<void>): Promise<void> {
	const { context, page } = await aPerson(browser, gateway);
	try {
		await work(page, context);
	} finally {
		await context.close();
	}
}
