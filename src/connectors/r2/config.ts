import * as z from 'zod';

export const config = z.strictObject({}).describe('The embedded storage needs no settings: every account has its own part of it.');
export const secrets = z.strictObject({});
