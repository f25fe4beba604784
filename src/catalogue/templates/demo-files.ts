import type { WrappedComponent } from '../../model/package.ts';

/** The demo account's files as sources, each with the columns that templates need. */

export function flightsSource(storage: number): WrappedComponent {
	return source('flights', storage, 'flights/flights-airport.csv', [
		['origin', 'string'],
		['destination', 'string'],
		['count', 'integer'],
	]);
}

export function airportsSource(storage: number): WrappedComponent {
	return source('airports', storage, 'flights/airports.csv', [
		['iata', 'string'],
		['name', 'string'],
		['city', 'string'],
		['state', 'string'],
	]);
}

export function weatherSource(storage: number): WrappedComponent {
	return source('weather', storage, 'weather/seattle-weather.csv', [
		['date', 'date'],
		['precipitation', 'decimal(8,1)'],
		['temp_max', 'double'],
		['weather', 'string'],
	]);
}

export function strikesSource(storage: number): WrappedComponent {
	return source('strikes', storage, 'wildlife/birdstrikes.csv', [
		['Flight Date', 'date', 'day'],
		['Aircraft Airline Operator', 'string', 'operator'],
		['Wildlife Species', 'string', 'species'],
		['Cost Total $', 'long', 'cost'],
		['Speed IAS in knots', 'integer', 'speed'],
	]);
}

type Column = readonly [name: string, type: string, alias?: string];

function source(name: string, connection_id: number, path: string, columns: readonly Column[]): WrappedComponent {
	const fields = columns.map(([column, type, alias]) => ({ name: column, type, ...(alias === undefined ? {} : { alias }) }));
	return { cloud_storage_source_component: { id: name, name, connection_id, path, fields } };
}
