import { AppError } from '../../lib/errors.ts';

export type Mode = 'static' | 'dynamic';

/** `?mode=` of an address. */
export function modeOf(url: string): Mode {
	const mode = url.includes('?') ? (new URL(url).searchParams.get('mode') ?? 'static') : 'static';
	if (mode === 'static' || mode === 'dynamic') return mode;
	throw new AppError('invalid_input', `?mode= is ${JSON.stringify(mode.slice(0, 40))}`, { hint: 'It is static (every tool is listed) or dynamic.' });
}
