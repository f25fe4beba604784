/** Systems that have component names of their own. `type` is the connection type; `base` says which components they stand for. */
interface Vendor {
	readonly type: string;
	readonly title: string;
	readonly base: 'cloud_storage' | 'database' | 'rest_api';
}

const VENDORS: readonly Vendor[] = [
	{ type: 'r2', title: 'Embedded storage', base: 'cloud_storage' },
	{ type: 's3', title: 'Amazon S3', base: 'cloud_storage' },
	{ type: 'gcs', title: 'Google Cloud Storage', base: 'cloud_storage' },
	{ type: 'azure_blob', title: 'Azure Blob Storage', base: 'cloud_storage' },
	{ type: 'sftp', title: 'SFTP', base: 'cloud_storage' },
	{ type: 'ftp', title: 'FTP', base: 'cloud_storage' },
	{ type: 'sqlite', title: 'Embedded database', base: 'database' },
	{ type: 'postgresql', title: 'PostgreSQL', base: 'database' },
	{ type: 'mysql', title: 'MySQL', base: 'database' },
	{ type: 'mariadb', title: 'MariaDB', base: 'database' },
	{ type: 'sqlserver', title: 'SQL Server', base: 'database' },
	{ type: 'oracle', title: 'Oracle', base: 'database' },
	{ type: 'clickhouse', title: 'ClickHouse', base: 'database' },
	{ type: 'snowflake', title: 'Snowflake', base: 'database' },
	{ type: 'bigquery', title: 'BigQuery', base: 'database' },
	{ type: 'redshift', title: 'Redshift', base: 'database' },
	{ type: 'databricks', title: 'Databricks', base: 'database' },
	{ type: 'trino', title: 'Trino', base: 'database' },
	{ type: 'mongodb', title: 'MongoDB', base: 'database' },
	{ type: 'salesforce', title: 'Salesforce', base: 'database' },
	{ type: 'netsuite', title: 'NetSuite', base: 'database' },
	{ type: 'google_sheets', title: 'Google Sheets', base: 'rest_api' },
	{ type: 'hubspot', title: 'HubSpot', base: 'rest_api' },
	{ type: 'shopify', title: 'Shopify', base: 'rest_api' },
	{ type: 'stripe', title: 'Stripe', base: 'rest_api' },
];

/** Another name of a component: the same fields, and its connection must be of that type. */
export interface ComponentAlias {
	/** The wrapper key: `snowflake_destination_component`. */
	readonly key: string;
	readonly base: string;
	readonly connectionType: string;
	readonly title: string;
}

export const ALIASES: readonly ComponentAlias[] = VENDORS.flatMap(({ type, title, base }) =>
	(['source', 'destination'] as const).map((end) => ({
		key: `${type}_${end}_component`,
		base: `${base}_${end}_component`,
		connectionType: type,
		title: `${title} ${end}`,
	})),
);
