import type { Icon, Implementation } from '@modelcontextprotocol/server';
import { version } from '../../package.json';
import type { Toolset } from './tool.ts';

/**
 * Pictures are named by their address on this gateway: as `data:` they would be most of the list. One a toolset is enough to tell
 * them apart, and what clients show to their person they do not show to the model.
 */
export function iconOf(toolset: Toolset, origin: string): Icon[] {
	return [svg(`${origin}/assets/icons/${toolset}.svg`)];
}

/** Who this server says it is. */
export function serverInfo(origin: string): Implementation {
	return { name: 'headgate', title: 'Headgate', version, websiteUrl: `${origin}/`, icons: [svg(`${origin}/assets/headgate.svg`)] };
}

function svg(src: string): Icon {
	return { src, mimeType: 'image/svg+xml' };
}
