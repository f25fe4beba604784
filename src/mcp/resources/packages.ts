import { packageRefs } from '../completion/suggest.ts';
import type { ResourceKind } from './resource.ts';
import { idIn } from './uri.ts';

export const PACKAGE_URI = 'headgate://packages/{package}';

export const packageResource: ResourceKind = {
	uriTemplate: PACKAGE_URI,
	name: 'package',
	title: 'Package',
	description: 'A package whole, by id or name: its graph in the public format, variables, settings, owner and version.',
	mimeType: 'application/json',
	tool: 'get_package',
	call: ({ package: named }) => {
		const id = idIn(named);
		return { ...(id === null ? { name: named } : { package_id: id }), include_full_graph: true };
	},
	text: (answer) => JSON.stringify(answer),
	complete: { package: packageRefs },
};
