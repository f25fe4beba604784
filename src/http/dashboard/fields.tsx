import type { FC } from 'hono/jsx';
import { SCOPE_WORDS } from '../../auth/scopes.ts';
import { type Role, roleSchema, type Scope } from '../../model/principal.ts';

/** Scopes to tick, each in plain words. */
export const ScopeBoxes: FC<{ readonly legend: string; readonly scopes: readonly Scope[]; readonly ticked: readonly Scope[] }> = ({
	legend,
	scopes,
	ticked,
}) => (
	<fieldset>
		<legend>{legend}</legend>
		{scopes.map((scope) => (
			<label>
				<input type="checkbox" name="scope" value={scope} checked={ticked.includes(scope)} />
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
