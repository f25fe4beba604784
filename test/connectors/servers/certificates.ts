import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A certificate for localhost by an authority made for this test run; null without openssl. workerd trusts the authority because
 * the configuration puts its file into NODE_EXTRA_CA_CERTS before workerd is started.
 */
export function certificate(): { certificate: string; key: string; authority: string } | null {
	const directory = process.env['CONNECTOR_TEST_CERTIFICATES'] ?? mkdtempSync(join(tmpdir(), 'certificates-'));
	process.env['CONNECTOR_TEST_CERTIFICATES'] = directory;
	const file = (name: string) => join(directory, name);
	if (!existsSync(file('server.crt'))) {
		const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
		try {
			openssl(
				'req',
				'-x509',
				'-newkey',
				'rsa:2048',
				'-nodes',
				'-days',
				'2',
				'-subj',
				'/CN=connectors under test',
				'-keyout',
				file('ca.key'),
				'-out',
				file('ca.crt'),
			);
			openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-keyout', file('server.key'), '-out', file('server.csr'));
			writeFileSync(file('extensions'), 'subjectAltName=DNS:localhost\n');
			openssl(
				'x509',
				'-req',
				'-days',
				'2',
				'-in',
				file('server.csr'),
				'-CA',
				file('ca.crt'),
				'-CAkey',
				file('ca.key'),
				'-CAcreateserial',
				'-extfile',
				file('extensions'),
				'-out',
				file('server.crt'),
			);
		} catch (error) {
			if ((error as { code?: unknown }).code === 'ENOENT') return null;
			throw error;
		}
	}
	return { certificate: readFileSync(file('server.crt'), 'utf8'), key: readFileSync(file('server.key'), 'utf8'), authority: file('ca.crt') };
}
