import type { FC } from 'hono/jsx';
import { type HookKind, hookEventSchema } from '../../model/hook.ts';
import type { MemberSession } from '../../operations/authorization/member-session.ts';
import type { DeliveryView, HookView, NewHook } from '../../operations/hooks/manage.ts';
import { When } from './format.tsx';
import { Csrf, Layout, Problem, type Viewer } from './layout.tsx';

interface Here {
	readonly viewer: Viewer;
	readonly member: MemberSession;
}

const KINDS: Readonly<Record<HookKind, string>> = { web: 'Web hook', slack: 'Slack', pagerduty: 'PagerDuty', email: 'E-mail' };

export const HooksPage: FC<Here & { hooks: readonly HookView[]; wanted: NewHook; problem: string | null; mail: boolean }> = ({
	viewer,
	member,
	hooks,
	wanted,
	problem,
	mail,
}) => (
	<Layout title="Hooks" viewer={viewer} account={member.account} here="hooks">
		<h1>Hooks</h1>
		<p>Whom to tell when runs and clusters change: another system, Slack{mail ? ', PagerDuty, or somebody by e-mail' : ' or PagerDuty'}.</p>
		{hooks.length > 0 && (
			<table>
				<thead>
					<tr>
						<th scope="col">Name</th>
						<th scope="col">Where to</th>
						<th scope="col">Events</th>
						<th scope="col">State</th>
					</tr>
				</thead>
				<tbody>
					{hooks.map(({ id, name, kind, target, events, enabled }) => (
						<tr>
							<td>
								<a href={`/${member.account.slug}/settings/hooks/${id}`}>{name}</a>
							</td>
							<td data-label="Where to">
								{KINDS[kind]}: {target}
							</td>
							<td data-label="Events">{events.join(', ')}</td>
							<td data-label="State">{enabled ? 'on' : 'off'}</td>
						</tr>
					))}
				</tbody>
			</table>
		)}
		{member.role === 'owner' ? (
			<NewHookForm {...{ member, wanted, problem, mail }} csrf={viewer.csrf} />
		) : (
			<p>Only an owner of the account sees and adds hooks.</p>
		)}
	</Layout>
);

const NewHookForm: FC<{ member: MemberSession; csrf: string; wanted: NewHook; problem: string | null; mail: boolean }> = ({
	member,
	csrf,
	wanted,
	problem,
	mail,
}) => (
	<article>
		<h2>Add a hook</h2>
		<Problem text={problem} />
		<form method="post" action={`/${member.account.slug}/settings/hooks`}>
			<Csrf token={csrf} />
			<label>
				Name
				<input name="name" value={wanted.name} maxlength={100} required />
			</label>
			<label>
				Kind
				<select name="kind">
					{Object.entries(KINDS)
						.filter(([kind]) => mail || kind !== 'email')
						.map(([kind, label]) => (
							<option value={kind} selected={kind === wanted.kind}>
								{label}
							</option>
						))}
				</select>
			</label>
			<label for="destination">Where to</label>
			<input id="destination" name="destination" maxlength={2000} required autocomplete="off" spellcheck={false} aria-describedby="destination-hint" />
			<small id="destination-hint">
				A web hook's https address, a Slack incoming webhook's address, {mail ? 'a PagerDuty routing key, or an e-mail address' : 'or a PagerDuty routing key'}.
			</small>
			<fieldset>
				<legend>Events</legend>
				{hookEventSchema.options.map((event) => (
					<label>
						<input type="checkbox" name="event" value={event} checked={wanted.events.includes(event)} />
						<code>{event}</code>
					</label>
				))}
			</fieldset>
			<label for="packages">Only these packages, by number</label>
			<input id="packages" name="package_ids" value={(wanted.package_ids ?? []).join(', ')} placeholder="all" aria-describedby="packages-hint" />
			<small id="packages-hint">Separated by commas. A hook of some packages is not told of clusters.</small>
			<button type="submit">Add hook</button>
		</form>
	</article>
);

export const HookPage: FC<Here & { hook: HookView & { readonly deliveries: readonly DeliveryView[] } }> = ({ viewer, member, hook }) => (
	<Layout title={hook.name} viewer={viewer} account={member.account} here="hooks">
		<h1>{hook.name}</h1>
		<p>
			{KINDS[hook.kind]} to {hook.target}, {hook.enabled ? 'on' : 'off'}, since <When at={Date.parse(hook.created_at)} day />. Told of {hook.events.join(', ')}
			{hook.package_ids.length > 0 && ` of packages ${hook.package_ids.join(', ')}`}.
		</p>
		<div class="actions">
			{hook.enabled && <Verb {...{ viewer, member, hook }} verb="test" label="Send a test" />}
			<Verb {...{ viewer, member, hook }} verb={hook.enabled ? 'disable' : 'enable'} label={hook.enabled ? 'Disable' : 'Enable'} />
			<Verb {...{ viewer, member, hook }} verb="remove" label="Remove" danger />
		</div>
		<h2>Recent deliveries</h2>
		{hook.deliveries.length === 0 ? <p>None yet.</p> : <Deliveries deliveries={hook.deliveries} />}
		<p>
			<a href={`/${member.account.slug}/settings/hooks`}>Back to hooks</a>
		</p>
	</Layout>
);

const Verb: FC<Here & { hook: HookView; verb: string; label: string; danger?: boolean }> = ({ viewer, member, hook, verb, label, danger }) => (
	<form method="post" action={`/${member.account.slug}/settings/hooks/${hook.id}/${verb}`} class="inline">
		<Csrf token={viewer.csrf} />
		<button type="submit" class={danger ? 'danger' : 'secondary'}>
			{label}
		</button>
	</form>
);

const Deliveries: FC<{ deliveries: readonly DeliveryView[] }> = ({ deliveries }) => (
	<table>
		<thead>
			<tr>
				<th scope="col">Event</th>
				<th scope="col">State</th>
				<th scope="col">Attempts</th>
				<th scope="col">What was said</th>
				<th scope="col">When</th>
			</tr>
		</thead>
		<tbody>
			{deliveries.map(({ event, subject, status, attempts, last_error, created_at, next_attempt_at }) => (
				<tr>
					<td>
						<code>{event}</code> {subject}
					</td>
					<td data-label="State">{status}</td>
					<td data-label="Attempts">{attempts}</td>
					<td data-label="What was said">
						{last_error ?? ''}
						{next_attempt_at !== null && (
							<>
								{last_error === null ? 'Goes out at ' : '; again at '}
								<When at={Date.parse(next_attempt_at)} />
							</>
						)}
					</td>
					<td data-label="When">
						<When at={Date.parse(created_at)} />
					</td>
				</tr>
			))}
		</tbody>
	</table>
);

export const SigningSecretPage: FC<Here & { hook: HookView; secret: string }> = ({ viewer, member, hook, secret }) => (
	<Layout title="Copy the signing secret" viewer={viewer} account={member.account} here="hooks" script>
		<h1>Copy the signing secret</h1>
		<p class="hint">
			This is the only time the signing secret of <strong>{hook.name}</strong> is shown. The receiver checks the headers <code>webhook-id</code>,{' '}
			<code>webhook-timestamp</code> and <code>webhook-signature</code> with it, as Standard Webhooks says.
		</p>
		<label>
			Signing secret
			<input readonly value={secret} id="signing-secret" autocomplete="off" spellcheck={false} />
		</label>
		<button type="button" data-copy="signing-secret" hidden>
			Copy
		</button>
		<p>
			<a href={`/${member.account.slug}/settings/hooks/${hook.id}`}>Go to the hook</a>
		</p>
	</Layout>
);
