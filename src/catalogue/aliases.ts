/** Systems that have component names of their own. `type` is the connection type; `base` says which components they stand for. */
interface Vendor {
	readonly type: string;
	readonly title: string;
	readonly base: 'cloud_storage' | 'database' | 'rest_api';
	/** No connection of its type can be made here: its names are understood, so that packages can be read, but nobody is told to use them. */
	readonly reached?: false;
}

const VENDORS: readonly Vendor[] = [
	{ type: 'r2', title: 'Embedded storage', base: 'cloud_storage' },
	{ type: 's3', title: 'Amazon S3', base: 'cloud_storage' },
	{ type: 'gcs', title: 'Google Cloud Storage', base: 'cloud_storage', reached: false },
	{ type: 'azure_blob', title: 'Azure Blob Storage', base: 'cloud_storage', reached: false },
	{ type: 'sftp', title: 'SFTP', base: 'cloud_storage' },
	{ type: 'ftp', title: 'FTP', base: 'cloud_storage', reached: false },
	{ type: 'sqlite', title: 'Embedded database', base: 'database' },
	{ type: 'postgresql', title: 'PostgreSQL', base: 'database' },
	{ type: 'mysql', title: 'MySQL', base: 'database' },
	{ type: 'mariadb', title: 'MariaDB', base: 'database', reached: false },
	{ type: 'sqlserver', title: 'SQL Server', base: 'database', reached: false },
	{ type: 'oracle', title: 'Oracle', base: 'database', reached: false },
	{ type: 'clickhouse', title: 'ClickHouse', base: 'database' },
	{ type: 'snowflake', title: 'Snowflake', base: 'database', reached: false },
	{ type: 'bigquery', title: 'BigQuery', base: 'database', reached: false },
	{ type: 'redshift', title: 'Redshift', base: 'database', reached: false },
	{ type: 'databricks', title: 'Databricks', base: 'database', reached: false },
	{ type: 'trino', title: 'Trino', base: 'database', reached: false },
	{ type: 'mongodb', title: 'MongoDB', base: 'database', reached: false },
	{ type: 'salesforce', title: 'Salesforce', base: 'database', reached: false },
	{ type: 'netsuite', title: 'NetSuite', base: 'database', reached: false },
	{ type: 'google_sheets', title: 'Google Sheets', base: 'rest_api', reached: false },
	{ type: 'hubspot', title: 'HubSpot', base: 'rest_api', reached: false },
	{ type: 'shopify', title: 'Shopify', base: 'rest_api', reached: false },
	{ type: 'stripe', title: 'Stripe', base: 'rest_api', reached: false },
];

/** Another name of a component: the same fields, and its connection must be of that type. */
export interface ComponentAlias {
	/** The wrapper key: `snowflake_destination_component`. */
	readonly key: string;
	readonly base: string;
	readonly connectionType: string;
	readonly title: string;
	/** Connections of that type can be made. */
	readonly reached: boolean;
}

export const ALIASES: readonly ComponentAlias[] = VENDORS.flatMap(({ type, title, base, reached = true }) =>
	(['source', 'destination'] as const).map((end) => ({
		key: `${type}_${end}_component`,
		base: `${base}_${end}_component`,
		connectionType: type,
		title: `${title} ${end}`,
		reached,
	})),
);
