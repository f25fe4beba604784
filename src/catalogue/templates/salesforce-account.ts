import type { PackageTemplate } from './template.ts';
import { chain } from './template.ts';

export const salesforceAccount: PackageTemplate = {
	key: 'salesforce_account_to_warehouse',
	title: 'Salesforce accounts as warehouse rows',
	summary:
		'Maps accounts to snake case columns with typed revenue and a flag for those that are gone. Replace the payload source by one over your connection and the result by your destination.',
	kind: 'field_mapping',
	systems: ['salesforce', 'snowflake', 'postgresql'],
	payload: [
		{ Id: '001', Name: ' Acme ', AnnualRevenue: '1200000.50', Industry: null, IsDeleted: false },
		{ Id: '002', Name: 'Globex', AnnualRevenue: 'n/a', Industry: 'Energy', IsDeleted: true },
	],
	components: () => [
		{
			payload_source_component: {
				id: 'records',
				name: 'records',
				fields: [
					{ name: 'Id', type: 'string' },
					{ name: 'Name', type: 'string' },
					{ name: 'AnnualRevenue', type: 'string' },
					{ name: 'Industry', type: 'string' },
					{ name: 'IsDeleted', type: 'boolean' },
				],
			},
		},
		{
			select_component: {
				id: 'mapped',
				name: 'mapped',
				columns: [
					{ expression: 'Id', alias: 'account_id' },
					{ expression: 'trim(Name)', alias: 'account_name' },
					{ expression: 'try_cast(AnnualRevenue as decimal(18,2))', alias: 'annual_revenue' },
					{ expression: "coalesce(Industry, 'Other')", alias: 'industry' },
					{ expression: 'not IsDeleted', alias: 'is_active' },
				],
			},
		},
		{ result_destination_component: { id: 'shown', name: 'mapped records' } },
	],
	edges: chain('records', 'mapped', 'shown'),
};
