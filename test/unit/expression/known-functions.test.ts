import { describe, expect, it } from 'vitest';
import { findFunction } from '../../../src/expression/functions/registry.ts';
import { evaluated } from './expressions.ts';

/**
 * The functions that users of Integrate.io, Xplenty and Pig know, each called as they write it. A spelling that is not found, or
 * that means something else here, breaks the packages and prompts they bring.
 */
const KNOWN: Readonly<Record<string, readonly (readonly [call: string, gives: string | null])[]>> = {
	CONCAT: [["CONCAT('a', 'b', 'c')", 'abc']],
	INDEXOF: [
		["INDEXOF('banana', 'n')", '3'],
		["INDEXOF('banana', 'x')", null],
	],
	LOWER: [["LOWER('ÀB')", 'àb']],
	UPPER: [["UPPER('àb')", 'ÀB']],
	TRIM: [["TRIM('  a ')", 'a']],
	LTRIM: [["LTRIM('  a ')", 'a ']],
	RTRIM: [["RTRIM('  a ')", '  a']],
	REPLACE: [["REPLACE('a.b.c', '.', '-')", 'a-b-c']],
	SUBSTRING: [["SUBSTRING('headgate', 5, 4)", 'gate']],
	REGEX_EXTRACT: [["REGEX_EXTRACT('192.168.1.5:8020', '(.*):(.*)', 1)", '192.168.1.5']],
	REGEX_EXTRACT_ALL: [["ToJson(REGEX_EXTRACT_ALL('192.168.1.5:8020', '(.*):(.*)'))", '["192.168.1.5","8020"]']],
	STRSPLIT: [["ToJson(STRSPLIT('a:b:c', ':'))", '["a","b","c"]']],
	SPRINTF: [["SPRINTF('%05d|%s|%.2f', 42, 'x', 1.5)", '00042|x|1.50']],
	SIZE: [["SIZE(JsonStringToBag('[1,2,3]'))", '3']],
	STARTSWITH: [["STARTSWITH('headgate', 'head')", 'true']],
	ENDSWITH: [["ENDSWITH('headgate', 'gate')", 'true']],
	MD5: [["MD5('a')", '0cc175b9c0f1b6a831c399e269772661']],
	SHA256: [["SHA256('a')", 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb']],
	BASE64: [["BASE64('a')", 'YQ==']],
	URLENCODE: [["URLENCODE('a b&c')", 'a%20b%26c']],
	URLDECODE: [["URLDECODE('a%20b%26c')", 'a b&c']],
	ABS: [['ABS(-2)', '2']],
	CEIL: [['CEIL(1.2)', '2']],
	FLOOR: [['FLOOR(-1.2)', '-2']],
	ROUND: [['ROUND(2.5)', '3']],
	ROUND_TO: [['ROUND_TO(3.14159, 2)', '3.14']],
	SQRT: [['SQRT(9)', '3']],
	LOG: [['LOG(1)', '0']],
	EXP: [['EXP(0)', '1']],
	RANDOM: [['RANDOM() >= 0 and RANDOM() < 1', 'true']],
	CurrentTime: [["CurrentTime() > ToDate('2020-01-01')", 'true']],
	ToDate: [["ToDate('31/01/2026', 'dd/MM/yyyy')", '2026-01-31T00:00:00Z']],
	ToString: [["ToString(ToDate('2026-01-31T10:20:30Z'), 'yyyy-MM-dd HH:mm')", '2026-01-31 10:20']],
	ToUnixTime: [["ToUnixTime(ToDate('1970-01-02'))", '86400']],
	AddDuration: [["AddDuration(ToDate('2026-01-31'), 'P1M')", '2026-02-28T00:00:00Z']],
	SubtractDuration: [["SubtractDuration(ToDate('2026-01-31T00:00:00Z'), 'PT1H')", '2026-01-30T23:00:00Z']],
	DaysBetween: [["DaysBetween(ToDate('2026-03-01'), ToDate('2026-02-01'))", '28']],
	HoursBetween: [["HoursBetween(ToDate('2026-01-02'), ToDate('2026-01-01'))", '24']],
	GetYear: [["GetYear(ToDate('2026-03-04T05:06:07Z'))", '2026']],
	GetMonth: [["GetMonth(ToDate('2026-03-04T05:06:07Z'))", '3']],
	GetWeek: [["GetWeek(ToDate('2026-03-04T05:06:07Z'))", '10']],
	GetDay: [["GetDay(ToDate('2026-03-04T05:06:07Z'))", '4']],
	GetHour: [["GetHour(ToDate('2026-03-04T05:06:07Z'))", '5']],
	GetMinute: [["GetMinute(ToDate('2026-03-04T05:06:07Z'))", '6']],
	GetSecond: [["GetSecond(ToDate('2026-03-04T05:06:07Z'))", '7']],
	SwitchTimeZone: [["SwitchTimeZone(ToDate('2026-01-31T12:00:00Z'), 'Asia/Tokyo')", '2026-01-31T21:00:00+09:00']],
	JsonStringToMap: [["JsonExtract(JsonStringToMap('{\"a\": 5}'), '$.a')", '5']],
	JsonStringToBag: [['SIZE(JsonStringToBag(\'[{"a":1}]\'))', '1']],
	JsonExtract: [['JsonExtract(\'{"a": {"b": "c"}}\', \'$.a.b\')', 'c']],
	ToJson: [['ToJson(JsonStringToMap(\'{"a": 1}\'))', '{"a":1}']],
	COALESCE: [["COALESCE(null, 'b')", 'b']],
	UUID: [["UUID() matches '[0-9a-f-]{36}'", 'true']],
};

/** Operators and forms beside the functions. */
const FORMS: readonly (readonly [text: string, gives: string | null])[] = [
	["CASE WHEN 1 == 1 THEN 'yes' ELSE 'no' END", 'yes'],
	["1 == 1 ? 'yes' : 'no'", 'yes'],
	['(float)1', '1'],
	["(chararray)5 || ''", '5'],
	['(int)5.0', '5'],
	["(long)'9007199254740993'", '9007199254740993'],
	["'headgate' matches 'head.*'", 'true'],
	['null is null', 'true'],
	['not (1 != 1)', 'true'],
	['7 % 4', '3'],
];

describe('functions that users know', () => {
	it.each(Object.keys(KNOWN))('%s is found, in any case', (name) => {
		for (const spelling of [name, name.toUpperCase(), name.toLowerCase()]) expect(findFunction(spelling), spelling).toBeDefined();
	});

	it.each(Object.values(KNOWN).flat())('%s', (text, gives) => {
		expect(evaluated(text)).toEqual({ values: [gives], errors: [] });
	});

	it.each(FORMS)('%s', (text, gives) => {
		expect(evaluated(text)).toEqual({ values: [gives], errors: [] });
	});
});
