import { resolve } from 'node:path';
import { type Command, readArguments, readPort } from '../command.ts';
import { closeInTime, listenForEnd, openUnlessAsked, untilEnd } from '../embedded/ending.ts';
import { DEMO_ACCOUNT, openSession, type Session } from '../embedded/session.ts';

export const DEFAULT_STATE = '.headgate/state';

export const start: Command = {
	summary: 'serve a gateway on this machine',
	usage: `npm start -- [--port N] [--state DIR] [--json] [--host H]\n\n  --port N            8787 unless given; 0 takes any free one\n  --state DIR         where everything is kept, ${DEFAULT_STATE} unless given\n  --json              print one line of JSON when ready\n  --host H            127.0.0.1 unless given`,
	async run(args) {
		const options = {
			port: { type: 'string', default: '8787' },
			state: { type: 'string', default: DEFAULT_STATE },
			host: { type: 'string', default: '127.0.0.1' },
			json: { type: 'boolean', default: false },
		} as const;
		const { values } = readArguments(args, options, { min: 0, max: 0 });
		const log = (line: string) => process.stderr.write(`${line}\n`);
		const state = resolve(values.state);
		const asked = listenForEnd();
		const port = readPort(values.port);
		const session = await openUnlessAsked(asked, () => openSession({ state, host: values.host, port, log }));
		if (session === null) return 0;
		process.stdout.write(values.json ? `${JSON.stringify(readyLine(session))}\n` : readyText(session, state));
		const why = await untilEnd(asked, session.runtime, state);
		if (why === 'asked') return closeInTime(session.close, 0);
		log('The Workers runtime ended by itself. What it was doing is kept: start again and it goes on.');
		return closeInTime(session.close, 1);
	},
};

function readyLine({ url, mcpUrl, token, secrets }: Session) {
	return {
		ready: true,
		url,
		account: DEMO_ACCOUNT,
		mcp_url: mcpUrl,
		token,
		email: secrets.email,
		password: secrets.password,
		admin_token: secrets.admin_token,
	};
}

function readyText({ url, mcpUrl, token }: Session, state: string): string {
	return `Headgate serves at ${url}\n\n  MCP      ${mcpUrl}\n  token    ${token}\n  state    ${state}\n\nCtrl-C ends it; everything is kept.\n`;
}
