import type { FC } from 'hono/jsx';
import type { Client } from '../../auth/client.ts';
import { redirectTarget } from '../../auth/redirect-uri.ts';
import type { Scope } from '../../model/principal.ts';
import type { AccountMembership } from '../../operations/authorization/accounts.ts';
import { ScopeBoxes } from '../dashboard/fields.tsx';
import { Csrf, Layout, type Viewer } from '../dashboard/layout.tsx';

interface ConsentProps {
	readonly viewer: Viewer;
	readonly client: Client;
	readonly account: AccountMembership;
	readonly scopes: readonly Scope[];
	readonly redirectUri: string;
	readonly sealed: string;
	readonly csrf: string;
}

/** "Authorize access": who asks, for which account, to do what, where the answer goes; narrower or shorter if the person wants. */
export const ConsentPage: FC<ConsentProps> = ({ viewer, client, account, scopes, redirectUri, sealed, csrf }) => (
	<Layout title="Authorize access" viewer={viewer}>
		<article class="medium">
			<h1>Authorize access</h1>
			<p>
				<strong>“{client.name}”</strong> is requesting access to your Headgate account <strong>{account.slug}</strong>
				{account.name !== account.slug && ` (${account.name})`}; it will be able to:
			</p>
			<form method="post" action="/oauth/authorize">
				<Csrf token={csrf} />
				<input type="hidden" name="request" value={sealed} />
				<input type="hidden" name="account" value={String(account.id)} />
				<ScopeBoxes legend="Allowed" scopes={scopes} ticked={scopes} />
				<label>
					For how long
					<select name="days">
						<option value="" selected>
							Until I revoke it
						</option>
						<option value="1">1 day</option>
						<option value="30">30 days</option>
						<option value="90">90 days</option>
						<option value="365">1 year</option>
					</select>
				</label>
				<p>
					It never gets a password or a connection's credentials. Afterwards your browser goes to <strong>{redirectTarget(redirectUri)}</strong>. You can revoke
					this at any time under Connected Applications.
				</p>
				<div class="actions">
					<button type="submit" name="decision" value="authorize">
						Authorize
					</button>
					{scopes.includes('read') && scopes.length > 1 && (
						<button type="submit" name="decision" value="read_only" class="secondary">
							Authorize read only
						</button>
					)}
					<button type="submit" name="decision" value="deny" class="danger">
						Deny
					</button>
				</div>
			</form>
			{client.kind !== 'static' && (
				<p>
					<small>
						{client.kind === 'document' ? `This client is described at ${client.id}.` : 'This client registered itself; nobody has checked its name.'} Deny if
						you did not just start this yourself.
					</small>
				</p>
			)}
		</article>
	</Layout>
);

interface PickerProps {
	readonly viewer: Viewer;
	readonly client: Client;
	readonly accounts: readonly AccountMembership[];
	readonly sealed: string;
	readonly csrf: string;
}

/** For a client that named no account: which one. */
export const PickerPage: FC<PickerProps> = ({ viewer, client, accounts, sealed, csrf }) => (
	<Layout title="Choose an account" viewer={viewer}>
		<article class="medium">
			<h1>Choose an account</h1>
			<p>“{client.name}” wants to connect to one of your Headgate accounts. Which one?</p>
			<form method="post" action="/oauth/authorize">
				<Csrf token={csrf} />
				<input type="hidden" name="request" value={sealed} />
				<fieldset>
					<legend>Account</legend>
					{accounts.map((account, index) => (
						<label>
							<input type="radio" name="account" value={String(account.id)} checked={index === 0} required />
							<span>
								{account.name} <small>({`${account.slug}, you are ${account.role}`})</small>
							</span>
						</label>
					))}
				</fieldset>
				<div class="actions">
					<button type="submit" name="decision" value="pick">
						Continue
					</button>
					<button type="submit" name="decision" value="deny" class="danger">
						Deny
					</button>
				</div>
			</form>
		</article>
	</Layout>
);
