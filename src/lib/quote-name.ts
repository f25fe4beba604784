/** A name as an SQL dialect quotes it; a dialect that is not named here quotes as standard SQL does. */
export function quoteIn(dialect: string, name: string): string {
	switch (dialect) {
		case 'mysql':
		case 'databricks':
			return `\`${name.replaceAll('`', '``')}\``;
		case 'clickhouse':
		case 'bigquery':
			return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
		default:
			return `"${name.replaceAll('"', '""')}"`;
	}
}
