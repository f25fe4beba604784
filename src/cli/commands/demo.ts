import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Command, readArguments, readPort } from '../command.ts';
import { connectingText } from '../demo/connecting.ts';
import { tellStory } from '../demo/story.ts';
import { closeInTime, listenForEnd, openUnlessAsked, untilEnd } from '../embedded/ending.ts';
import { DEMO_ACCOUNT, openSession, type Session } from '../embedded/session.ts';
import { fileClient } from '../file-client.ts';

const KEPT_STATE = '.headgate/demo';

export const demo: Command = {
	summary: 'serve a gateway with real data and watch an assistant use it',
	usage: `npm run demo -- [--once] [--port N] [--state DIR]\n\n  --once              end after the last table; also with CI=true\n  --port N            8787 unless given; with --once any free one\n  --state DIR         ${KEPT_STATE} unless given; with --once a temporary one`,
	async run(args) {
		const { values } = readArguments(args, { once: { type: 'boolean' }, port: { type: 'string' }, state: { type: 'string' } }, { min: 0, max: 0 });
		const once = values.once ?? process.env['CI'] === 'true';
		const temporary = once && values.state === undefined ? await mkdtemp(join(tmpdir(), 'headgate-demo-')) : null;
		try {
			return await serve(resolve(temporary ?? values.state ?? KEPT_STATE), readPort(values.port ?? (once ? '0' : '8787')), once);
		} finally {
			if (temporary !== null) await rm(temporary, { recursive: true, force: true });
		}
	},
};

async function serve(state: string, port: number, once: boolean): Promise<number> {
	const asked = listenForEnd();
	await mkdir(state, { recursive: true });
	const logFile = join(state, 'gateway.log');
	const log = createWriteStream(logFile, { flags: 'a' });
	const began = performance.now();
	const session = await openUnlessAsked(asked, () => openSession({ state, host: '127.0.0.1', port, log: (line) => log.write(`${line}\n`) }));
	if (session === null) return 1;
	const screen = terminal();
	try {
		screen.say('Gateway', `${session.url}, ready in ${seconds(began)} on embedded D1, R2 and Durable Objects.`);
		await tellStory({ mcpUrl: session.mcpUrl, token: session.token, files: fileClient(session.url, DEMO_ACCOUNT, session.token), ...screen });
		process.stdout.write(`Everything came out as the files say it must, in ${seconds(began)}.\n`);
		if (once) return 0;
		process.stdout.write(`\n${connectingText(session.mcpUrl, session.token)}\nServing until Ctrl-C. Log: ${logFile}\n`);
		return (await untilEnd(asked, session.runtime, state)) === 'asked' ? 0 : 1;
	} finally {
		await close(session, log);
	}
}

async function close(session: Session, log: NodeJS.WritableStream): Promise<void> {
	await closeInTime(session.close, 0);
	log.end();
}

/** Headings and text; on a terminal a line that changes in place, elsewhere nothing of it. */
function terminal() {
	const live = process.stdout.isTTY === true;
	const clear = live ? '\r\u001b[2K' : '';
	return {
		say: (step: string, text: string) => void process.stdout.write(`${clear}${step}\n${indented(text)}\n\n`),
		tick: (text: string) => void (live && process.stdout.write(`${clear}  ${text}`)),
	};
}

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ');
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;
