import previewScript from './data-preview.browser.txt';
import previewStyle from './data-preview.css';
import layoutScript from './layered-layout.browser.txt';
import type { App } from './mcp-app.ts';
import graphScript from './package-graph.browser.txt';
import graphStyle from './package-graph.css';
import runScript from './run-timeline.browser.txt';
import runStyle from './run-timeline.css';

const packageGraph: App = {
	uri: 'ui://headgate/package-graph',
	title: 'Package graph',
	tools: ['get_package'],
	style: graphStyle,
	script: `${layoutScript}\n${graphScript}`,
};

const runTimeline: App = {
	uri: 'ui://headgate/run-timeline',
	title: 'Run',
	tools: ['get_run', 'run_package', 'retry_job', 'trigger_sync'],
	style: runStyle,
	script: runScript,
};

const dataPreview: App = {
	uri: 'ui://headgate/data-preview',
	title: 'Data preview',
	tools: ['preview_data'],
	style: previewStyle,
	script: previewScript,
};

/** Every app. */
export const APPS: readonly App[] = [packageGraph, runTimeline, dataPreview];

const byTool: ReadonlyMap<string, App> = new Map(APPS.flatMap((app) => app.tools.map((tool) => [tool, app] as const)));

/** The app that draws the tool's answers. */
export function appOf(tool: string): App | undefined {
	return byTool.get(tool);
}
