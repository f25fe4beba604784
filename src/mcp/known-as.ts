/** A name of another system's tool: what does its work here (the first does most of it), and what has to be said of the difference. */
interface Namesake {
	readonly here: readonly string[];
	readonly note?: string;
}

/**
 * Names under which people and their prompts know the work of our tools, from APIXX, Integration Gateway (Glyue), the Integrate.io API
 * and Membrane. They are no tools of their own: a second name of each would cost every reader of `tools/list`.
 */
export const NAMESAKES: Readonly<Record<string, Namesake>> = {
	list_flows: { here: ['list_packages'] },
	get_flow: { here: ['get_package'] },
	get_flow_mappings: { here: ['get_package_mappings'] },
	list_flow_runs: { here: ['list_runs'] },
	get_flow_error_summary: { here: ['get_package_error_summary'] },
	list_connectors: { here: ['list_connections'] },
	run_flow: { here: ['run_package'] },
	read_integration: { here: ['get_package'], note: 'include_full_graph shows its components' },
	write_integration: { here: ['update_package_components', 'add_package_components', 'create_package'] },
	search_integration: { here: ['search_package_code'] },
	list_integrations: { here: ['list_packages'] },
	execute_integration: { here: ['run_package', 'publish_tool'], note: 'it takes payload and wait_seconds; publish_tool makes a package a tool of its own' },
	get_run_history: { here: ['get_run'] },
	get_run_history_item: { here: ['get_run_item'] },
	search_run_histories: { here: ['search_runs'] },
	delete_integration_component: { here: ['remove_package_components', 'delete_package'] },
	query_buildhelper: { here: ['list_component_types', 'list_templates'], note: 'components are the adapters, templates the field mappings' },
	frontend_operations: { here: [], note: 'no tool here makes frontends' },
	django_admin: { here: ['search_all'], note: 'there is no table administration here: every noun has tools of its own' },
	custom_adapter_code: { here: ['describe_component_type'], note: 'code of your own is a code_component of a package' },
	custom_adapter_config: { here: ['list_connections', 'get_connection'], note: 'owners make connections on the pages or the command line' },
	list_pipelines: { here: ['list_packages'] },
	get_pipeline: { here: ['get_package'] },
	run_pipeline: { here: ['run_package'] },
	list_jobs: { here: ['list_runs'] },
	get_job: { here: ['get_run'] },
	run_job: { here: ['run_package'] },
	create_job: { here: ['run_package'] },
	stop_job: { here: ['cancel_job'] },
	cancel_run: { here: ['cancel_job'] },
	retry_run: { here: ['retry_job'] },
	'enable-tools': { here: [], note: 'every tool that is listed can be called; enable-tools is there with ?mode=dynamic in the address' },
};

/** What another system's name is here, as a sentence; undefined for a name that is none. */
export function knownAs(name: string): string | undefined {
	const asked = name.toLowerCase();
	if (!Object.hasOwn(NAMESAKES, asked)) return undefined;
	const { here, note } = NAMESAKES[asked] as Namesake;
	if (here.length === 0) return `${sentence(note ?? '')}.`;
	return `${name} is ${here.join(' or ')} here${note === undefined ? '' : `: ${note}`}.`;
}

/** Names under which a tool's work is known elsewhere, for whoever searches by them. */
export function otherNames(tool: string): readonly string[] {
	return byTool.get(tool) ?? [];
}

const byTool: ReadonlyMap<string, readonly string[]> = (() => {
	const found = new Map<string, string[]>();
	for (const [name, { here }] of Object.entries(NAMESAKES)) for (const tool of here) found.set(tool, [...(found.get(tool) ?? []), name]);
	return found;
})();

function sentence(text: string): string {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
