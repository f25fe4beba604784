import type { FC } from 'hono/jsx';

/** A moment in UTC, exact for machines and short for people. */
export const When: FC<{ readonly at: number }> = ({ at }) => {
	const text = new Date(at).toISOString();
	return <time datetime={text}>{`${text.slice(0, 10)} ${text.slice(11, 16)} UTC`}</time>;
};
