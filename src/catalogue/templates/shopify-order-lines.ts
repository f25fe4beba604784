import type { PackageTemplate } from './template.ts';
import { chain } from './template.ts';

export const shopifyOrderLines: PackageTemplate = {
	key: 'shopify_order_lines',
	title: 'Shopify orders as one row a line item',
	summary:
		'Unfolds the line items of each order and maps them to rows. Replace the payload source by one over your connection and the result by your destination.',
	kind: 'field_mapping',
	systems: ['shopify', 'postgresql', 'sqlite'],
	payload: [
		{
			id: 1001,
			name: '#1001',
			created_at: '2024-05-01T10:00:00Z',
			line_items: [
				{ sku: 'A-1', quantity: 2, price: '9.90' },
				{ sku: 'B-2', quantity: 1, price: '30.00' },
			],
		},
	],
	components: () => [
		{
			payload_source_component: {
				id: 'records',
				name: 'records',
				fields: [
					{ name: 'id', type: 'long' },
					{ name: 'name', type: 'string' },
					{ name: 'created_at', type: 'datetime' },
					{ name: 'line_items', type: 'json' },
				],
			},
		},
		{ flatten_component: { id: 'lines', name: 'lines', field: 'line_items' } },
		{
			select_component: {
				id: 'mapped',
				name: 'mapped',
				columns: [
					{ expression: 'id', alias: 'order_id' },
					{ expression: 'name', alias: 'order_number' },
					{ expression: "json_extract(line_items, '$.sku')", alias: 'sku' },
					{ expression: "try_cast(json_extract(line_items, '$.quantity') as integer)", alias: 'quantity' },
					{ expression: "try_cast(json_extract(line_items, '$.price') as decimal(12,2))", alias: 'unit_price' },
				],
			},
		},
		{ result_destination_component: { id: 'shown', name: 'mapped records' } },
	],
	edges: chain('records', 'lines', 'mapped', 'shown'),
};
