import type { PackageTemplate } from './template.ts';
import { chain } from './template.ts';

export const hubspotContact: PackageTemplate = {
	key: 'hubspot_contact_to_salesforce',
	title: 'HubSpot contacts as Salesforce contacts',
	summary: 'Maps contact fields with cleaned addresses and names. Replace the payload source by one over your connection and the result by your destination.',
	kind: 'field_mapping',
	systems: ['hubspot', 'salesforce'],
	payload: [{ id: '51', firstname: ' Ada ', lastname: '', email: 'Ada@Example.COM ', phone: '+44 (20) 79 46', createdate: '2024-03-01T09:30:00Z' }],
	components: () => [
		{
			payload_source_component: {
				id: 'records',
				name: 'records',
				fields: [
					{ name: 'id', type: 'string' },
					{ name: 'firstname', type: 'string' },
					{ name: 'lastname', type: 'string' },
					{ name: 'email', type: 'string' },
					{ name: 'phone', type: 'string' },
					{ name: 'createdate', type: 'datetime' },
				],
			},
		},
		{
			select_component: {
				id: 'mapped',
				name: 'mapped',
				columns: [
					{ expression: 'id', alias: 'HubSpot_Id__c' },
					{ expression: 'trim(firstname)', alias: 'FirstName' },
					{ expression: "coalesce(nullif(trim(lastname), ''), 'Unknown')", alias: 'LastName' },
					{ expression: 'lower(trim(email))', alias: 'Email' },
					{ expression: "regex_replace(phone, '[^0-9+]', '')", alias: 'Phone' },
					{ expression: 'createdate', alias: 'CreatedDate' },
				],
			},
		},
		{ result_destination_component: { id: 'shown', name: 'mapped records' } },
	],
	edges: chain('records', 'mapped', 'shown'),
};
