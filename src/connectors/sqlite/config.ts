import * as z from 'zod';

export const config = z.strictObject({}).describe('The embedded database needs no settings: every account has one of its own.');
export const secrets = z.strictObject({});
