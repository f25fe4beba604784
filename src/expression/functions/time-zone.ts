import { isDatetime } from '../../data/calendar.ts';
import { isZone, momentInZone, zoneOffset } from '../../data/zone.ts';
import { excerpt } from '../fault.ts';
import { toMicroseconds } from './calendar-units.ts';
import { type Call, defineFunction, type FunctionDefinition, scalarSignature } from './definition.ts';
import { checked, datetime, type Parameter, text } from './parameter.ts';

/** A parameter that takes the name of a zone. */
export function zone(): Parameter<string> {
	return checked(text('zone'), (name) =>
		isZone(name) ? null : `'${name}' is no time zone: write a name such as Europe/Paris, UTC or an offset such as +02:00`,
	);
}

/** The moment at which a zone's clocks show `local` (milliseconds as if UTC), with the zone's offset as the result's. */
export function localDatetime(call: Call, local: number, name: string): number | null {
	const found = momentInZone(name, local);
	if (found === undefined) return call.fail('invalid_argument', `'${excerpt(name)}' is no time zone.`);
	const moment = toMicroseconds(found);
	if (!isDatetime(moment)) return call.fail('overflow', 'The datetime lies outside the years 0001 to 9999.');
	call.resultOffset = zoneOffset(name, moment) ?? 0;
	return moment;
}

export const TIME_ZONE_FUNCTIONS: readonly FunctionDefinition[] = [
	defineFunction({
		name: 'switch_time_zone',
		spelling: 'SwitchTimeZone',
		aliases: ['at_time_zone'],
		description: 'The same moment as clocks of a time zone show it: only the offset, and with it the parts and the text, change.',
		otherwise: 'a zone that is none fails the row (invalid_argument)',
		examples: [["SwitchTimeZone('2024-07-31T12:00:00Z', 'Europe/Paris')", '2024-07-31T14:00:00+02:00']],
		signatures: [
			scalarSignature({
				parameters: [datetime('datetime'), zone()],
				result: 'datetime',
				fails: [1],
				apply: (call, value, name) => {
					const offset = zoneOffset(name, value);
					if (offset === undefined) return call.fail('invalid_argument', `'${excerpt(name)}' is no time zone.`);
					call.resultOffset = offset;
					return value;
				},
			}),
		],
	}),
	defineFunction({
		name: 'in_time_zone',
		spelling: 'InTimeZone',
		description: 'The moment at which clocks of a time zone show the datetime as it is written, its own offset ignored.',
		otherwise: 'a zone that is none fails the row (invalid_argument)',
		examples: [["InTimeZone('2024-07-31T12:00:00', 'Europe/Paris')", '2024-07-31T12:00:00+02:00']],
		signatures: [
			scalarSignature({
				parameters: [datetime('datetime'), zone()],
				result: 'datetime',
				fails: true,
				apply: (call, value, name) => localDatetime(call, value + call.offset(0) * 60_000, name),
			}),
		],
	}),
];
