export { DatabaseObject } from '../../src/objects/database.ts';

export default {
	fetch(): Response {
		return new Response('connectors under test');
	},
};
