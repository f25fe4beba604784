import { AppError } from '../../lib/errors.ts';
import type { OperationContext } from '../context.ts';
import type { Change } from './ports.ts';
import { type Topic, wantedTopics } from './topics.ts';

/** An open ear. What was announced before it opened is not told. */
export interface Listening {
	/** Hears these from now on, and nothing else. */
	want(topics: Iterable<Topic>): void;
	/** May be called more than once. */
	stop(): void;
}

/** Hears every change of the account that is of these topics until it is stopped; `ended` is called once when the other side ends it. */
export async function listen(
	{ notices }: Pick<OperationContext, 'notices'>,
	accountId: number,
	topics: Iterable<Topic>,
	heard: (change: Change) => void,
	ended: () => void,
): Promise<Listening> {
	const query = new URLSearchParams({ topics: JSON.stringify(wantedTopics(topics)) });
	const response = await notices(accountId).fetch(new Request(`https://notices/?${query}`, { headers: { Upgrade: 'websocket' } }));
	const socket = response.webSocket;
	if (socket === null) {
		throw new AppError('unavailable', 'too many clients listen to this account already', { hint: 'Poll instead, or end another subscription first.' });
	}
	let stopped = false;
	const end = () => {
		if (stopped) return;
		stopped = true;
		ended();
	};
	socket.addEventListener('message', ({ data }) => {
		if (!stopped && typeof data === 'string') heard(JSON.parse(data) as Change);
	});
	socket.addEventListener('close', end);
	socket.addEventListener('error', end);
	socket.accept();
	return {
		want(wanted) {
			if (!stopped) socket.send(JSON.stringify(wantedTopics(wanted)));
		},
		stop() {
			if (stopped) return;
			stopped = true;
			socket.close(1000);
		},
	};
}
