import type { Random } from './random.ts';

const DEEP = 6_000;

/** Values that programs trip over. */
const ODD: readonly unknown[] = [
	null,
	true,
	0,
	-1,
	1.5,
	2 ** 53,
	-(2 ** 63),
	1e308,
	'',
	' ',
	'null',
	'-1',
	'NaN',
	'../../etc/passwd',
	"'; DROP TABLE packages; --",
	'${constructor.constructor("return 1")()}',
	'$missing',
	'#{field}',
	'%00',
	'\u0000',
	'\ud800',
	'a'.repeat(70_000),
	'(a+)+$',
	'[',
	[],
	{},
	[[]],
	[null],
	{ __proto__: { polluted: true } },
	{ constructor: 1, toString: 2 },
	{ '': '' },
	['a', 1, null, { b: [] }],
];

export function oddValue(random: Random, depth = 0): unknown {
	if (depth > 3 || random.chance(0.7)) return random.chance(0.15) ? random.text(60) : random.pick(ODD);
	if (random.chance(0.5)) return Array.from({ length: random.below(5) }, () => oddValue(random, depth + 1));
	return Object.fromEntries(Array.from({ length: random.below(5) }, () => [random.text(12), oddValue(random, depth + 1)]));
}

export interface Schema {
	readonly type?: string;
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly items?: Schema;
	readonly enum?: readonly unknown[];
	readonly minimum?: number;
}

/** A value of roughly the schema's shape in which some part is wrong, so that it gets past the first check now and then. */
export function nearlyFitting(random: Random, schema: Schema, depth = 0): unknown {
	if (depth > 4 || random.chance(0.15)) return oddValue(random);
	if (schema.enum !== undefined) return random.chance(0.8) ? random.pick(schema.enum) : oddValue(random);
	switch (schema.type) {
		case 'object': {
			const entries = Object.entries(schema.properties ?? {}).filter(() => random.chance(0.6));
			const made = entries.map(([name, property]) => [name, nearlyFitting(random, property, depth + 1)] as const);
			return Object.fromEntries(random.chance(0.15) ? [...made, [random.text(12), oddValue(random)] as const] : made);
		}
		case 'array':
			return Array.from({ length: random.below(4) }, () => nearlyFitting(random, schema.items ?? {}, depth + 1));
		case 'integer':
		case 'number':
			return random.chance(0.8) ? (schema.minimum ?? 0) + random.below(20) : oddValue(random);
		case 'boolean':
			return random.chance(0.5);
		case 'string':
			return random.chance(0.6) ? random.text(20) : oddValue(random);
		default:
			return oddValue(random);
	}
}

/** JSON that was damaged on its way. */
export function damaged(random: Random, text: string): string | Uint8Array<ArrayBuffer> {
	switch (random.below(7)) {
		case 0:
			return text.slice(0, random.below(text.length + 1));
		case 1:
			return `${text}${random.text(8)}`;
		case 2: {
			const at = random.below(text.length);
			return text.slice(0, at) + random.text(4) + text.slice(at + random.below(5));
		}
		case 3:
			return '['.repeat(DEEP) + ']'.repeat(random.chance(0.5) ? DEEP : 0);
		case 4:
			return `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`;
		case 5:
			return Uint8Array.from({ length: random.below(200) }, () => random.below(256));
		default:
			return text.replaceAll('"', "'");
	}
}
