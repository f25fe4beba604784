/** What a mutation is tried on: nobody else's, so that each can do its worst. */
export interface Estate {
	/** At version 2. Components `in` → `keep` → `out` and `spare`; the variable `factor`. */
	readonly package_id: number;
	/** Ended long ago. */
	readonly run_id: number;
	readonly failed_run_id: number;
	/** On, at version 1, of another package; it first fires in 2099. */
	readonly schedule_id: number;
	readonly connection_id: number;
	/** At version 1, used by nothing. */
	readonly cluster_id: number;
	/** An editor's address. */
	readonly member: string;
}

/** Arguments with which a mutation succeeds on its estate, and others that would do something else. */
export interface Mutation {
	readonly args: Readonly<Record<string, unknown>>;
	readonly other: Readonly<Record<string, unknown>>;
	/** Arguments that expect something else than there is, where another expected_version does not say so. */
	readonly stale?: Readonly<Record<string, unknown>>;
}

export const estateDefinition = (connection_id: number, name: string) => ({
	name,
	flow_type: 'dataflow',
	components: [
		{ cloud_storage_source_component: { id: 'in', name: 'in', connection_id, path: 'numbers.csv', fields: [{ name: 'n', type: 'integer' }] } },
		{ filter_component: { id: 'keep', name: 'keep', expression: 'n * $factor > 0' } },
		{ result_destination_component: { id: 'out', name: 'out' } },
		{ result_destination_component: { id: 'spare', name: 'spare' } },
	],
	edges: [
		{ source: 'in', target: 'keep' },
		{ source: 'keep', target: 'out' },
		{ source: 'keep', target: 'spare' },
	],
	variables: { factor: 2 },
});

const added = (id: string) => ({ components: [{ result_destination_component: { id, name: id } }], edges: [{ source: 'keep', target: id }] });

/** Far enough away to fire in no test. */
export const everyDay = { start_at: '2099-01-01T00:00:00Z', interval_amount: 1, interval_unit: 'days' } as const;

/** Rows past the filter, into one of the two destinations. */
const unfiltered = (target: string) => ({
	edges: [
		{ source: 'in', target: 'keep' },
		{ source: target === 'out' ? 'in' : 'keep', target: 'out' },
		{ source: target === 'spare' ? 'in' : 'keep', target: 'spare' },
	],
});

/** Every tool that changes something; a test holds it against the registry, so that no new one goes untried. */
export const MUTATIONS: Readonly<Record<string, (estate: Estate) => Mutation>> = {
	create_package: ({ connection_id }) => ({
		args: estateDefinition(connection_id, 'made'),
		other: estateDefinition(connection_id, 'made otherwise'),
		stale: { ...estateDefinition(connection_id, 'Original'), expected_version: 0 },
	}),
	clone_package: ({ package_id }) => ({ args: { package_id, name: 'copy' }, other: { package_id, name: 'another copy' } }),
	update_package_components: ({ package_id }) => {
		const noted = (notes: string) => ({ package_id, updates: [{ component_name: 'keep', updates: { notes } }] });
		return { args: noted('one'), other: noted('two') };
	},
	update_package_edges: ({ package_id }) => ({ args: { package_id, ...unfiltered('spare') }, other: { package_id, ...unfiltered('out') } }),
	add_package_components: ({ package_id }) => ({ args: { package_id, ...added('more') }, other: { package_id, ...added('even_more') } }),
	remove_package_components: ({ package_id }) => ({ args: { package_id, component_names: ['spare'] }, other: { package_id, component_names: ['out'] } }),
	rename_package: ({ package_id }) => ({ args: { package_id, name: 'renamed' }, other: { package_id, name: 'renamed otherwise' } }),
	update_package_settings: ({ package_id }) => ({ args: { package_id, set: { max_errors: 3 } }, other: { package_id, set: { max_errors: 4 } } }),
	manage_package_variables: ({ package_id }) => ({ args: { package_id, set: { factor: 3 } }, other: { package_id, set: { factor: 4 } } }),
	delete_package: ({ package_id }) => ({ args: { package_id }, other: { package_id, expected_version: 2 } }),
	revert_package: ({ package_id }) => ({ args: { package_id, version: 1 }, other: { package_id, version: 2 } }),
	set_package_permissions: ({ package_id, member }) => ({
		args: { package_id, member, permissions: ['read'] },
		other: { package_id, member, permissions: [] },
	}),
	publish_tool: ({ package_id }) => ({ args: { package_id }, other: { package_id, published: false } }),
	create_cluster: () => ({ args: { name: 'made', nodes: 3 }, other: { name: 'made', nodes: 4 }, stale: { name: 'Default', expected_version: 0 } }),
	update_cluster: ({ cluster_id }) => ({ args: { cluster_id, nodes: 5 }, other: { cluster_id, nodes: 6 } }),
	delete_cluster: ({ cluster_id }) => ({ args: { cluster_id }, other: { cluster_id, expected_version: 1 } }),
	create_schedule: ({ package_id }) => ({ args: { package_id, ...everyDay, name: 'nightly' }, other: { package_id, ...everyDay, name: 'daily' } }),
	update_schedule: ({ schedule_id }) => ({ args: { schedule_id, name: 'renamed' }, other: { schedule_id, name: 'renamed otherwise' } }),
	toggle_schedule: ({ schedule_id }) => ({ args: { schedule_id, enabled: false }, other: { schedule_id, enabled: true } }),
	delete_schedule: ({ schedule_id }) => ({ args: { schedule_id }, other: { schedule_id, expected_version: 1 } }),
	run_package: ({ package_id }) => ({ args: { package_id, wait_seconds: 20 }, other: { package_id, wait_seconds: 20, variables: { factor: 9 } } }),
	trigger_sync: ({ package_id }) => ({ args: { package_id, wait_seconds: 20 }, other: { package_id, wait_seconds: 20, variables: { factor: 9 } } }),
	retry_job: ({ failed_run_id }) => ({ args: { run_id: failed_run_id, wait_seconds: 20 }, other: { run_id: failed_run_id, wait_seconds: 19 } }),
	cancel_job: ({ run_id, failed_run_id }) => ({ args: { run_id }, other: { run_id: failed_run_id } }),
};

/** What it stops is a run, which has no versions. */
export const UNVERSIONED: ReadonlySet<string> = new Set(['cancel_job']);
