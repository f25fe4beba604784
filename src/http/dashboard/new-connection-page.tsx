import type { FC } from 'hono/jsx';
import { ALL_SCOPES, DEFAULT_SCOPES } from '../../auth/scopes.ts';
import type { Scope } from '../../model/principal.ts';
import type { MemberSession } from '../../operations/authorization/member-session.ts';
import { HERE } from './applications-page.tsx';
import { ScopeBoxes } from './fields.tsx';
import { Csrf, Layout, Problem, type Viewer } from './layout.tsx';
import type { Snippet } from './snippets.ts';

interface NewProps {
	readonly viewer: Viewer;
	readonly member: MemberSession;
	readonly allowed: ReadonlySet<string>;
	/** What it can be limited to; null where that is not asked for. */
	readonly tools: readonly { readonly name: string; readonly title: string }[] | null;
	/** What the form says: as it was typed, where it was refused. */
	readonly wanted: WantedToken;
	readonly problem: string | null;
}

export interface WantedToken {
	readonly name: string;
	readonly scopes: readonly Scope[];
	readonly readOnly: boolean;
	/** Empty for never. */
	readonly days: string;
	readonly tools: readonly string[];
}

export const FRESH_TOKEN: WantedToken = { name: '', scopes: DEFAULT_SCOPES, readOnly: false, days: '90', tools: [] };

const LIVES = [
	['30', 'in 30 days'],
	['90', 'in 90 days'],
	['365', 'in 365 days'],
	['3650', 'in 10 years'],
	['', 'never'],
] as const;

export const NewConnectionPage: FC<NewProps> = ({ viewer, member, allowed, tools, wanted, problem }) => (
	<Layout title="Create new connection" viewer={viewer} account={member.account} here={HERE}>
		<h1>Create new connection</h1>
		<p>
			A personal access token for one assistant or device. One each, so that revoking stays surgical.
			{tools === null && (
				<>
					{' '}
					It may call every tool that its scopes allow, unless you <a href={`/${member.account.slug}/settings/${HERE}/new?tools=choose`}>choose its tools</a>.
				</>
			)}
		</p>
		<Problem text={problem} />
		<form method="post" action={`/${member.account.slug}/settings/${HERE}${tools === null ? '' : '?tools=choose'}`}>
			<Csrf token={viewer.csrf} />
			<label>
				Name
				<input name="name" value={wanted.name} placeholder="Claude Desktop on MacBook" maxlength={100} required autofocus />
			</label>
			<ScopeBoxes legend="Scopes" scopes={ALL_SCOPES.filter((scope) => allowed.has(scope))} ticked={wanted.scopes} />
			<label class="tick">
				<input type="checkbox" name="read_only" value="1" checked={wanted.readOnly} />
				Read-only, whatever the scopes say
			</label>
			<label>
				Expires
				<select name="days">
					{LIVES.map(([days, words]) => (
						<option value={days} selected={days === wanted.days}>
							{words}
						</option>
					))}
				</select>
			</label>
			{tools !== null && (
				<fieldset>
					<legend>Tools it may see; none ticked means all</legend>
					<div class="columns">
						{tools.map(({ name, title }) => (
							<label>
								<input type="checkbox" name="tool" value={name} checked={wanted.tools.includes(name)} />
								<span title={title}>{name}</span>
							</label>
						))}
					</div>
				</fieldset>
			)}
			<button type="submit">Create token</button>
		</form>
	</Layout>
);

/** The one time the token is shown. */
export const TokenPage: FC<{ viewer: Viewer; member: MemberSession; name: string; token: string; ready: readonly Snippet[] }> = ({
	viewer,
	member,
	name,
	token,
	ready,
}) => (
	<Layout title="Copy your token" viewer={viewer} account={member.account} here={HERE} script>
		<h1>Copy your token</h1>
		<p class="hint">
			This is the only time the token of <strong>{name}</strong> is shown; only its digest is kept. Lose it, and you make another.
		</p>
		<label>
			Token
			<input readonly value={token} id="token" autocomplete="off" spellcheck={false} />
		</label>
		<button type="button" data-copy="token" hidden>
			Copy
		</button>
		<h2>Ready to paste</h2>
		{ready.map(({ id, label, where, text }, index) => (
			<details open={index === 0}>
				<summary>{label}</summary>
				<p>
					<small>{where}</small>
				</p>
				<pre id={`snippet-${id}`} tabindex={0}>
					<code>{text}</code>
				</pre>
				<button type="button" class="secondary small" data-copy={`snippet-${id}`} hidden>
					Copy
				</button>
			</details>
		))}
		<p>
			<a href={`/${member.account.slug}/settings/${HERE}`}>Back to Connected Applications</a>
		</p>
	</Layout>
);
