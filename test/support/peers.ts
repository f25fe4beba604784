/** One argument of a peer's tool: what it is called here, and what their document says of it. */
export interface PeerArgument {
	/** Where it is called otherwise here. */
	readonly here?: string;
	readonly required?: true;
	readonly default?: unknown;
	readonly max?: number;
	readonly values?: readonly string[];
}

/** A tool of a peer, as their own documents name it: the first of `here` does its work. */
export interface PeerTool {
	readonly here: readonly string[];
	readonly arguments?: Readonly<Record<string, PeerArgument>>;
	/** What it answers, by the path in our output: `runs[].status`. */
	readonly fields?: readonly string[];
}

const id: PeerArgument = { required: true };
const named: PeerArgument = { here: 'name' };
const tail = (standard: number): PeerArgument => ({ default: standard, max: 200 });
const of = (list: string, ...fields: readonly string[]): string[] => fields.map((field) => `${list}[].${field}`);

const INTEGRATE: Readonly<Record<string, PeerTool>> = {
	list_workspaces: { here: ['list_workspaces'], fields: of('workspaces', 'package_count', 'last_failed_jobs_count', 'last_completed_jobs_count') },
	list_packages: {
		here: ['list_packages'],
		arguments: { flow_type: { values: ['dataflow', 'workflow'] }, status: { values: ['active', 'archived'] }, workspace_id: {}, limit: {} },
		fields: of('packages', 'last_run_status'),
	},
	get_package: {
		here: ['get_package'],
		arguments: { package_id: {}, include_full_graph: { default: false } },
		fields: ['component_count', 'edge_count', 'component_types', 'variables_count', 'data_flow_json'],
	},
	list_connections: { here: ['list_connections'], arguments: { connection_type_filter: {} }, fields: of('connections', 'id', 'name', 'type', 'status') },
	get_connection: { here: ['get_connection'], arguments: { connection_id: id }, fields: ['config', 'suggested_components'] },
	list_clusters: {
		here: ['list_clusters'],
		arguments: { status: {} },
		fields: of('clusters', 'status', 'type', 'nodes', 'region', 'available_at', 'idled_at', 'terminated_at', 'terminate_on_idle'),
	},
	search_all: { here: ['search_all'], arguments: { types: {}, per_type_limit: { default: 10, max: 50 } }, fields: of('results', 'type', 'id', 'name') },
	list_component_types: {
		here: ['list_component_types'],
		arguments: { category: {} },
		fields: of('components', 'name', 'category', 'class_name', 'docs', 'wrapper_key', 'specific_component_type'),
	},
	describe_component_type: { here: ['describe_component_type'], fields: ['properties', 'required', 'docs', 'example', 'wrapper_example'] },
	list_runs: {
		here: ['list_runs'],
		arguments: { package_id: {}, status: {}, include_children: { default: false } },
		fields: of('runs', 'status', 'started_at', 'completed_at', 'runtime_in_seconds', 'cluster_id', 'package_id', 'last_error'),
	},
	get_run: { here: ['get_run'], arguments: { run_id: id, log_tail_lines: tail(20) }, fields: ['status', 'log_tail'] },
	explain_job_failure: {
		here: ['explain_job_failure'],
		arguments: { run_id: id, log_tail_lines: tail(50) },
		fields: ['primary_error', 'log_tail', 'error_patterns', 'next_steps'],
	},
	list_schedules: {
		here: ['list_schedules'],
		arguments: { package_id: {}, enabled: {} },
		fields: of('schedules', 'name', 'package_id', 'cron', 'next_run_at', 'enabled'),
	},
	get_schedule: { here: ['get_schedule'], arguments: { schedule_id: id }, fields: ['cron', 'variables', 'next_run_at', 'last_run_at', 'start_at'] },
	validate_package: { here: ['validate_package'], arguments: { package_id: {} }, fields: ['status', 'runtime', 'errors[].component', 'errors[].path'] },
	discover_schema: {
		here: ['discover_schema'],
		arguments: { connection_id: id, schema_name: {}, limit: {}, offset: {}, search: {} },
		fields: of('tables', 'name'),
	},
	discover_file_schema: {
		here: ['discover_file_schema'],
		arguments: {
			connection_id: id,
			path: id,
			delimiter: {},
			header_row: {},
			record_type: {},
			record_delimiter: {},
			char_encoding: {},
			bucket: {},
			lines: {},
			quote: {},
			escape: {},
		},
		fields: ['field_count', 'column_names', 'fields'],
	},
	preview_data: {
		here: ['preview_data'],
		arguments: { connection_id: id, table: id, schema_name: {}, row_count: { default: 20, max: 200 }, where_clause: {} },
		fields: ['columns', 'rows'],
	},
	test_connection: { here: ['test_connection'], arguments: { connection_id: id, connection_type: {} }, fields: ['success', 'error_message'] },
	create_package: {
		here: ['create_package'],
		arguments: {
			name: id,
			flow_type: id,
			components: id,
			edges: id,
			workspace_id: {},
			description: { max: 4096 },
			flow_version: {},
		},
		fields: ['package_id'],
	},
	clone_package: { here: ['clone_package'], arguments: { package_id: id, name: {}, workspace_id: {} }, fields: ['package_id'] },
	update_package_components: { here: ['update_package_components'], arguments: { package_id: id, updates: id }, fields: ['version'] },
	update_package_edges: { here: ['update_package_edges'], arguments: { package_id: id, edges: id }, fields: ['version'] },
	add_package_components: { here: ['add_package_components'], arguments: { package_id: id, components: id, edges: {} }, fields: ['version'] },
	remove_package_components: { here: ['remove_package_components'], arguments: { package_id: id, component_names: id }, fields: ['version'] },
	rename_package: { here: ['rename_package'], arguments: { package_id: id, name: {}, description: {} }, fields: ['version'] },
	manage_package_variables: { here: ['manage_package_variables'], arguments: { package_id: id, set: {}, remove: {} }, fields: ['version'] },
	delete_package: { here: ['delete_package'], arguments: { package_id: id }, fields: ['status'] },
	toggle_schedule: { here: ['toggle_schedule'], arguments: { schedule_id: id, enabled: id } },
	run_package: { here: ['run_package'], arguments: { package_id: id, cluster_id: {}, variables: {}, dynamic_variables: {} }, fields: ['run_id'] },
	cancel_job: { here: ['cancel_job'], arguments: { run_id: id }, fields: ['status'] },
	retry_job: { here: ['retry_job'], arguments: { run_id: id, cluster_id: {} }, fields: ['run_id'] },
};

const APIXX: Readonly<Record<string, PeerTool>> = {
	list_flows: { here: ['list_packages'], fields: of('packages', 'status', 'sources', 'destinations', 'last_run_status') },
	get_flow: { here: ['get_package'], arguments: { name: named }, fields: ['schedules', 'connections', 'sources', 'destinations', 'owner_email'] },
	get_flow_mappings: { here: ['get_package_mappings'], arguments: { name: named }, fields: of('mappings', 'fields', 'rules') },
	list_flow_runs: {
		here: ['list_runs'],
		arguments: { name: named },
		fields: of('runs', 'started_at', 'runtime_in_seconds', 'outputs', 'bad_records', 'error_rate'),
	},
	get_flow_error_summary: {
		here: ['get_package_error_summary'],
		arguments: { name: named, window: { here: 'since' }, limit: {} },
		fields: of('classes', 'class', 'count'),
	},
	list_runs: { here: ['list_runs'], arguments: { status: {}, since: {}, until: {} } },
	get_run: { here: ['get_run'], arguments: { run_id: id }, fields: ['runtime_in_seconds', 'outputs'] },
	get_run_errors: { here: ['get_run_errors'], arguments: { run_id: id }, fields: [...of('errors', 'class', 'message', 'record'), 'classes[].count'] },
	list_connectors: {
		here: ['list_connections'],
		arguments: { health: { here: 'include_health' } },
		fields: of('connections', 'status', 'last_checked_at', 'last_check_message'),
	},
	get_system_health: {
		here: ['get_system_health'],
		fields: ['failing_packages', 'failing_connections', 'queue_depth', 'stale_schedules', 'runs.failure_rate', 'runs.records'],
	},
	trigger_sync: { here: ['trigger_sync'], arguments: { name: named }, fields: ['run_id'] },
};

const GLYUE: Readonly<Record<string, PeerTool>> = {
	read_integration: { here: ['get_package'], arguments: { name: named, structure: { here: 'include_full_graph' } }, fields: ['data_flow_json'] },
	write_integration: {
		here: ['update_package_components', 'add_package_components', 'create_package'],
		fields: ['diff', 'warnings'],
	},
	search_integration: {
		here: ['search_package_code'],
		arguments: { pattern: id, integration: { here: 'name' }, case_sensitive: { default: false }, context_lines: { default: 2 } },
		fields: of('matches', 'text', 'before', 'after'),
	},
	list_integrations: { here: ['list_packages'], fields: of('packages', 'permissions') },
	execute_integration: {
		here: ['run_package', 'publish_tool'],
		arguments: { payload: {}, wait: { here: 'wait_seconds' } },
		fields: ['outputs'],
	},
	get_run_history: { here: ['get_run'], arguments: { run_id: id }, fields: ['labels', 'log_tail'] },
	get_run_history_item: {
		here: ['get_run_item'],
		arguments: { run_id: id, search: {} },
		fields: [...of('entries', 'text'), 'next_cursor'],
	},
	search_run_histories: { here: ['search_runs'], arguments: { name: named, status: { here: 'statuses' }, since: {}, until: {}, text: {}, labels: {} } },
	delete_integration_component: { here: ['remove_package_components', 'delete_package'] },
	query_buildhelper: { here: ['list_component_types', 'list_templates'] },
	frontend_operations: { here: [] },
	django_admin: { here: ['search_all'] },
	custom_adapter_code: { here: ['describe_component_type'] },
	custom_adapter_config: { here: ['list_connections', 'get_connection'] },
};

const MEMBRANE: Readonly<Record<string, PeerTool>> = { 'enable-tools': { here: [] } };

/** Every tool that the four peers' own documents name. */
export const PEERS: Readonly<Record<string, Readonly<Record<string, PeerTool>>>> = {
	'Integrate.io': INTEGRATE,
	APIXX,
	'Integration Gateway': GLYUE,
	Membrane: MEMBRANE,
};
