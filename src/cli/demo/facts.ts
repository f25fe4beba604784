import { readRecords } from './data.ts';

export interface Airport {
	readonly origin: string;
	readonly city: string;
	readonly state: string;
	readonly flights: number;
}

export interface Operator {
	readonly operator: string;
	readonly strikes: number;
	readonly cost: number;
}

export interface Month {
	readonly month: number;
	readonly days: number;
	readonly rain_mm: number;
	readonly warmest: number;
}

/** What the packages must come to, worked out here from the files alone, without the gateway. */
export interface Facts {
	readonly flightRows: number;
	readonly strikeRows: number;
	readonly airports: readonly Airport[];
	readonly operators: readonly Operator[];
	readonly months: readonly Month[];
}

export async function workOutFacts(): Promise<Facts> {
	const [flights, airports, strikes, weather] = await Promise.all([
		readRecords('flights'),
		readRecords('airports'),
		readRecords('strikes'),
		readRecords('weather'),
	]);
	const places = new Map(airports.map((airport) => [airport['iata'], airport]));
	const perOrigin = groups(flights, (flight) => flight['origin'] ?? '').map(([origin, rows]) => ({
		origin,
		city: places.get(origin)?.['city'] ?? '',
		state: places.get(origin)?.['state'] ?? '',
		flights: total(rows, 'count'),
	}));
	const perOperator = groups(strikes, (strike) => strike['Aircraft Airline Operator'] ?? '').map(([operator, rows]) => ({
		operator,
		strikes: rows.length,
		cost: total(rows, 'Cost Total $'),
	}));
	const perMonth = groups(weather, (day) => (day['date'] ?? '').slice(5, 7)).map(([month, days]) => ({
		month: Number(month),
		days: days.length,
		rain_mm: Math.round(total(days, 'precipitation') * 10) / 10,
		warmest: Math.max(...days.map((day) => Number(day['temp_max']))),
	}));
	return {
		flightRows: flights.length,
		strikeRows: strikes.length,
		airports: perOrigin.filter((airport) => places.has(airport.origin)).sort((a, b) => b.flights - a.flights),
		operators: perOperator.filter((operator) => operator.cost > 0).sort((a, b) => b.cost - a.cost),
		months: perMonth.sort((a, b) => a.month - b.month),
	};
}

type Row = Readonly<Record<string, string>>;

function groups(rows: readonly Row[], key: (row: Row) => string): readonly (readonly [string, readonly Row[]])[] {
	return [...Map.groupBy(rows, key)];
}

const total = (rows: readonly Row[], column: string): number => rows.reduce((sum, row) => sum + Number(row[column]), 0);
