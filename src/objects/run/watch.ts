/**
 * Looks at something every so many milliseconds for as long as work takes. One look at a time; what one throws is of no account,
 * for the next one comes.
 */
export async function whileWatching<T>(work: Promise<T>, every: number, look: () => Promise<void>): Promise<T> {
	let looking = false;
	const timer = setInterval(() => {
		if (looking) return;
		looking = true;
		look()
			.catch(() => undefined)
			.finally(() => {
				looking = false;
			});
	}, every);
	try {
		return await work;
	} finally {
		clearInterval(timer);
	}
}
