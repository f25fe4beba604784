/**
 * What a result may cost its reader, in tokens of about four characters. Claude Code drops results over 25,000 tokens, so
 * nothing passes 20,000; what nobody asked to be large stays within 6,000.
 */
export const DEFAULT_TOKENS = 6_000;
export const HARD_TOKENS = 20_000;
const CHARACTERS_PER_TOKEN = 4;

/** Lists are cut from the end, texts from the end; nothing shorter than this is worth cutting. */
const SHORTEST_TEXT = 200;

export interface Fitted {
	readonly value: Record<string, unknown>;
	readonly text: string;
	/** One for each list or text that was cut. */
	readonly cuts: readonly Cut[];
}

export interface Cut {
	/** `outputs[0].rows` */
	readonly path: string;
	readonly kept: number;
	readonly of: number;
	/** Behind the numbers: nothing for items, ` characters` for a text. */
	readonly unit: string;
}

interface Place {
	readonly path: string;
	readonly size: number;
	readonly whole: readonly unknown[] | string;
	put(value: unknown): void;
}

/** The value as compact JSON within `tokens`: while it is too long, whatever takes most room is cut in proportion. The given value is not changed. */
export function fitToBudget(value: Record<string, unknown>, tokens: number): Fitted {
	const limit = tokens * CHARACTERS_PER_TOKEN;
	let text = JSON.stringify(value);
	if (text.length <= limit) return { value, text, cuts: [] };
	const copy = JSON.parse(text) as Record<string, unknown>;
	const shown = new Map<string, { kept: number; of: number; unit: string }>();
	while (text.length > limit) {
		const place = largest(copy, text.length / 8);
		if (place === undefined) break;
		const of = place.whole.length;
		const kept = Math.min(of - 1, Math.floor(of * Math.max(0, (place.size - (text.length - limit)) / place.size) * 0.95));
		place.put(typeof place.whole === 'string' ? `${place.whole.slice(0, kept)}…` : place.whole.slice(0, kept));
		shown.set(place.path, { kept, of: shown.get(place.path)?.of ?? of, unit: typeof place.whole === 'string' ? ' characters' : '' });
		text = JSON.stringify(copy);
	}
	return { value: copy, text, cuts: [...shown].map(([path, cut]) => ({ path, ...cut })) };
}

/** The innermost list or text that still takes at least `worth` characters, so that a long row loses its long cell before the list loses rows. */
function largest(root: Record<string, unknown>, worth: number): Place | undefined {
	let best: Place | undefined;
	const visit = (value: unknown, path: string, put: (value: unknown) => void): void => {
		if (typeof value === 'string') {
			if (value.length >= Math.max(worth, SHORTEST_TEXT)) consider({ path, size: value.length, whole: value, put });
			return;
		}
		if (value === null || typeof value !== 'object') return;
		if (Array.isArray(value)) {
			const size = JSON.stringify(value).length;
			if (value.length > 0 && size >= worth) consider({ path, size, whole: value, put });
			value.forEach((item, index) => {
				visit(item, `${path}[${index}]`, (next) => {
					value[index] = next;
				});
			});
			return;
		}
		for (const [key, item] of Object.entries(value)) {
			visit(item, path === '' ? key : `${path}.${key}`, (next) => {
				(value as Record<string, unknown>)[key] = next;
			});
		}
	};
	const consider = (place: Place): void => {
		// Later finds lie deeper or beside: an equally heavy inner one replaces the outer one.
		if (best === undefined || place.size >= best.size * 0.9) best = place;
	};
	visit(root, '', () => undefined);
	return best;
}
