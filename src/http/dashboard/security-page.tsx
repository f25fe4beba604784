import type { FC } from 'hono/jsx';
import type { passkeys } from '../../operations/authorization/passkeys.ts';
import type { Session, sessionsOf } from '../../operations/authorization/sessions.ts';
import { browserName, When } from './format.tsx';
import { Csrf, Layout, Problem, type Viewer } from './layout.tsx';

interface SecurityProps {
	readonly viewer: Viewer;
	readonly session: Session;
	/** Whether the second factor is on. */
	readonly on: boolean;
	readonly keys: Awaited<ReturnType<typeof passkeys>>;
	readonly sessions: Awaited<ReturnType<typeof sessionsOf>>;
	/** Whether there is a password to ask for. */
	readonly password: boolean;
	readonly problem: string | null;
}

export const SecurityPage: FC<SecurityProps> = ({ viewer, session, on, keys, sessions, password, problem }) => (
	<Layout title="Security" viewer={viewer} script>
		<h1>Security</h1>
		<Problem text={problem} />
		<div class="cards">
			<PasswordCard csrf={viewer.csrf} password={password} />
			<SecondFactorCard csrf={viewer.csrf} on={on} />
			<PasskeysCard csrf={viewer.csrf} keys={keys} />
			<SessionsCard csrf={viewer.csrf} sessions={sessions} here={session.hash} />
		</div>
	</Layout>
);

const PasswordCard: FC<{ csrf: string; password: boolean }> = ({ csrf, password }) => (
	<article>
		<h2>Password</h2>
		<form method="post" action="/settings/security/password">
			<Csrf token={csrf} />
			{password && (
				<label>
					Current password
					<input type="password" name="current" autocomplete="current-password" required />
				</label>
			)}
			<label>
				New password
				<input type="password" name="password" autocomplete="new-password" minlength={8} required />
			</label>
			<button type="submit">Change password</button>
		</form>
	</article>
);

const SecondFactorCard: FC<{ csrf: string; on: boolean }> = ({ csrf, on }) => (
	<article>
		<h2>Second factor</h2>
		{on ? (
			<form method="post" action="/settings/security/second-factor/off">
				<Csrf token={csrf} />
				<p>It is on: an authenticator's code is asked for after the password.</p>
				<label>
					Code
					<input name="code" autocomplete="one-time-code" inputmode="numeric" required />
				</label>
				<button type="submit" class="danger">
					Turn off
				</button>
			</form>
		) : (
			<form method="post" action="/settings/security/second-factor">
				<Csrf token={csrf} />
				<p>It is off. Have a code of an authenticator app asked for after the password.</p>
				<button type="submit">Set up</button>
			</form>
		)}
	</article>
);

const PasskeysCard: FC<{ csrf: string; keys: SecurityProps['keys'] }> = ({ csrf, keys }) => (
	<article>
		<h2>Passkeys</h2>
		{keys.length === 0 && <p>None yet. A passkey signs you in without a password, and counts as both factors.</p>}
		<ul class="plain">
			{keys.map(({ id, name, createdAt }) => (
				<li>
					{name}, since <When at={createdAt} day />{' '}
					<form method="post" action="/settings/security/passkeys/remove" class="inline">
						<Csrf token={csrf} />
						<input type="hidden" name="id" value={id} />
						<button type="submit" class="danger" aria-label={`Remove the passkey ${name}`}>
							Remove
						</button>
					</form>
				</li>
			))}
		</ul>
		<form method="post" action="/settings/security/passkeys" data-passkey="create" hidden>
			<Csrf token={csrf} />
			<label>
				Name
				<input name="name" value="This device" maxlength={100} />
			</label>
			<button type="submit">Add a passkey</button>
			<p role="status" data-passkey-status />
		</form>
		<noscript>
			<p>Passkeys need JavaScript in this browser.</p>
		</noscript>
	</article>
);

const SessionsCard: FC<{ csrf: string; sessions: SecurityProps['sessions']; here: string }> = ({ csrf, sessions, here }) => (
	<article>
		<h2>Where you are signed in</h2>
		<ul class="plain">
			{sessions.map(({ hash, userAgent, address, lastSeenAt, method }) => (
				<li>
					<span title={userAgent}>{browserName(userAgent)}</span>, {address}, by {method}
					<br />
					<small>
						Last seen <When at={lastSeenAt} />
					</small>{' '}
					{hash === here ? (
						<strong>here</strong>
					) : (
						<form method="post" action="/settings/security/sessions/end" class="inline">
							<Csrf token={csrf} />
							<input type="hidden" name="hash" value={hash} />
							<button type="submit" class="secondary">
								Sign out there
							</button>
						</form>
					)}
				</li>
			))}
		</ul>
		{sessions.length > 1 && (
			<form method="post" action="/settings/security/sessions/end">
				<Csrf token={csrf} />
				<button type="submit" class="secondary">
					Sign out everywhere else
				</button>
			</form>
		)}
	</article>
);
