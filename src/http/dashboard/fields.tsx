import type { FC } from 'hono/jsx';
import { SCOPE_WORDS } from '../../auth/scopes.ts';
import { type Role, roleSchema, type Scope } from '../../model/principal.ts';

/** Scopes to tick, each in plain words; all are ticked but for admin, which only somebody who was asked for it finds ticked. */
export const ScopeBoxes: FC<{ readonly legend: string; readonly scopes: readonly Scope[]; readonly asked?: boolean }> = ({ legend, scopes, asked }) => (
	<fieldset>
		<legend>{legend}</legend>
		{scopes.map((scope) => (
			<label>
				<input type="checkbox" name="scope" value={scope} checked={asked === true || scope !== 'admin'} />
				<span>
					<code>{scope}</code> {SCOPE_WORDS[scope]}
				</span>
			</label>
		))}
	</fieldset>
);

export const RoleSelect: FC<{ readonly chosen: Role; readonly label: string }> = ({ chosen, label }) => (
	<label>
		{label}
		<select name="role">
			{roleSchema.options.map((option) => (
				<option value={option} selected={option === chosen}>
					{option}
				</option>
			))}
		</select>
	</label>
);
