import type { Context } from 'hono';
import type { FC } from 'hono/jsx';
import { version } from '../../../package.json';
import { isFresh } from '../../operations/authorization/setup.ts';
import type { AppEnv } from '../bindings.ts';
import { Layout } from '../dashboard/layout.tsx';
import { page } from '../dashboard/page.tsx';
import { publicOrigin } from '../public-origin.ts';

/** What this is and how to connect, for whoever opens the address in a browser or with curl. */
export async function home(c: Context<AppEnv>): Promise<Response> {
	const endpoint = `${publicOrigin(c.env, c.req.url)}/ACCOUNT/api/mcp`;
	if (!(c.req.header('accept') ?? '').includes('text/html')) {
		return c.text(`Headgate ${version}: an MCP gateway for data pipelines.\nConnect an assistant to POST ${endpoint} with OAuth or a bearer token.\n`);
	}
	return page(c, <HomePage endpoint={endpoint} fresh={await isFresh(c.var.operations)} />);
}

const HomePage: FC<{ endpoint: string; fresh: boolean }> = ({ endpoint, fresh }) => (
	<Layout title="Data pipelines for AI assistants">
		<h1>Headgate</h1>
		<p>An MCP gateway for data pipelines: an assistant connected here can see, build, run, watch and repair the packages of one account.</p>
		<p>
			{fresh ? (
				<a class="button" href="/setup">
					Set up this deployment
				</a>
			) : (
				<a class="button" href="/sign-in">
					Sign in
				</a>
			)}
		</p>
		<h2>Connect an assistant</h2>
		<p>
			Its address is <code>{endpoint}</code>, with the short name of your account in place of ACCOUNT. In Claude Code, for instance:
		</p>
		<pre tabindex={0}>
			<code>{`claude mcp add --transport http headgate ${endpoint}`}</code>
		</pre>
		<p>It opens your browser to sign in and to say what it may do. A client that cannot do that takes a token: make one under Connected Applications.</p>
		<p>
			<small>
				Version {version}. The package format is described at <a href="/schemas/package.json">/schemas/package.json</a>.
			</small>
		</p>
	</Layout>
);
