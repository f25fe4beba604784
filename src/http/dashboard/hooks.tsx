import { type Context, Hono } from 'hono';
import { AppError } from '../../lib/errors.ts';
import { hookEventSchema, hookKindSchema } from '../../model/hook.ts';
import { requireOwner } from '../../operations/authorization/member-session.ts';
import { createHook, getHook, listHooks, type NewHook, removeHook, switchHook, testHook } from '../../operations/hooks/manage.ts';
import type { AppEnv } from '../bindings.ts';
import { field, readForm } from '../session.ts';
import { HookPage, HooksPage, SigningSecretPage } from './hooks-page.tsx';
import { type Visit, visit } from './member.ts';
import { page } from './page.tsx';

const HERE = 'hooks';
const FRESH: NewHook = { kind: 'web', name: '', events: ['run.failed'], package_ids: [], destination: '' };

/** Settings → Hooks: owners tell whom to tell. Hooks carry data out of the account, so nobody else sees or changes them. */
export const hooks = new Hono<AppEnv>();

hooks.get(`/:account/settings/${HERE}`, async (c) => show(c, await visit(c), FRESH, null));

hooks.post(`/:account/settings/${HERE}`, async (c) => {
	const visited = await visit(c);
	const form = await readForm(c, visited.session);
	requireOwner(visited.member);
	const wanted = wantedHook(form);
	const made = await createHook(c.var.operations, ownerOf(visited), wanted).catch((error: unknown) => {
		if (error instanceof AppError) return error;
		throw error;
	});
	if (made instanceof AppError) return show(c, visited, wanted, `${made.message}. ${made.hint}`);
	if (made.signing_secret === null) return c.redirect(placeOf(visited, made.hook.id), 303);
	return page(c, <SigningSecretPage {...visited} hook={made.hook} secret={made.signing_secret} />);
});

hooks.get(`/:account/settings/${HERE}/:id{[0-9]+}`, async (c) => {
	const visited = await visit(c);
	requireOwner(visited.member);
	const hook = await getHook(c.var.operations, visited.member.account.id, idOf(c));
	return page(c, <HookPage {...visited} hook={hook} />);
});

hooks.post(`/:account/settings/${HERE}/:id{[0-9]+}/:verb{test|enable|disable|remove}`, async (c) => {
	const visited = await visit(c);
	await readForm(c, visited.session);
	requireOwner(visited.member);
	const { id: accountId } = visited.member.account;
	const [id, verb] = [idOf(c), c.req.param('verb')];
	if (verb === 'remove') await removeHook(c.var.operations, accountId, id);
	else if (verb === 'test') await testHook(c.var.operations, accountId, id);
	else await switchHook(c.var.operations, accountId, id, verb === 'enable');
	return c.redirect(verb === 'remove' ? placeOf(visited) : placeOf(visited, id), 303);
});

async function show(c: Context<AppEnv>, { member, viewer }: Visit, wanted: NewHook, problem: string | null) {
	const list = member.role === 'owner' ? await listHooks(c.var.operations, member.account.id) : [];
	return page(c, <HooksPage {...{ viewer, member, wanted, problem }} hooks={list} mail={c.var.operations.mail !== null} />, problem === null ? 200 : 400);
}

function wantedHook(form: FormData): NewHook {
	const ticked = new Set(form.getAll('event'));
	const kind = hookKindSchema.safeParse(field(form, 'kind'));
	return {
		kind: kind.success ? kind.data : 'web',
		name: field(form, 'name'),
		events: hookEventSchema.options.filter((event) => ticked.has(event)),
		package_ids: field(form, 'package_ids')
			.split(/[\s,]+/)
			.filter((word) => word !== '')
			.map(Number),
		destination: field(form, 'destination'),
	};
}

function ownerOf({ member }: Visit) {
	return { accountId: member.account.id, userId: member.userId };
}

function idOf(c: Context<AppEnv>): number {
	return Number(c.req.param('id'));
}

function placeOf({ member }: Visit, id?: number): string {
	return `/${member.account.slug}/settings/${HERE}${id === undefined ? '' : `/${id}`}`;
}
