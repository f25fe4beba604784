import { appendFileSync } from 'node:fs';

/** Where the lines of a campaign go: behind each other to the file that HEADGATE_KILL_LOG names, else to the console or nowhere. */
export function killLog(otherwise: 'console' | 'nowhere'): (line: string) => void {
	const path = process.env['HEADGATE_KILL_LOG'];
	if (path !== undefined) return (line) => appendFileSync(path, `${line}\n`);
	return otherwise === 'console' ? (line) => console.log(line) : () => {};
}
