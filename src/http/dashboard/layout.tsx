import type { Child, FC } from 'hono/jsx';

export interface Viewer {
	readonly email: string;
	/** Hidden field of the sign-out form. */
	readonly csrf: string;
}

interface LayoutProps {
	readonly title: string;
	readonly viewer?: Viewer | undefined;
	/** Account whose pages the navigation shows. */
	readonly account?: { readonly slug: string; readonly name: string } | undefined;
	/** Path of the page the navigation marks as the present one. */
	readonly here?: string | undefined;
	/** The page has something for the small script: copy buttons, passkeys. */
	readonly script?: boolean;
	readonly children: Child;
}

/** Every page's frame: one style sheet, at most one script, nothing inline, so that the policy can forbid everything else. */
export const Layout: FC<LayoutProps> = ({ title, viewer, account, here, script, children }) => (
	<html lang="en">
		<head>
			<meta charset="utf-8" />
			<meta name="viewport" content="width=device-width, initial-scale=1" />
			<meta name="color-scheme" content="light dark" />
			<meta name="robots" content="noindex" />
			<title>{`${title} · Headgate`}</title>
			<link rel="stylesheet" href="/assets/headgate.css" />
			<link rel="icon" href="/assets/headgate.svg" type="image/svg+xml" />
			{script && <script src="/assets/headgate.js" defer />}
		</head>
		<body>
			<a class="skip" href="#main">
				Skip to content
			</a>
			<header>
				<nav aria-label="Main" class="container">
					<ul>
						<li>
							<a href="/" class="brand">
								<img src="/assets/headgate.svg" alt="" width="24" height="24" />
								<strong>Headgate</strong>
							</a>
						</li>
						{account && <li>{account.name}</li>}
					</ul>
					{viewer && (
						<ul>
							<li>
								<a href="/settings/security">{viewer.email}</a>
							</li>
							<li>
								<form method="post" action="/sign-out" class="inline">
									<input type="hidden" name="csrf" value={viewer.csrf} />
									<button type="submit" class="secondary">
										Sign out
									</button>
								</form>
							</li>
						</ul>
					)}
				</nav>
				{account && (
					<nav aria-label="Settings" class="sections container">
						<ul>
							{SECTIONS.map(([path, label]) => (
								<li>
									<a href={`/${account.slug}/settings/${path}`} aria-current={here === path ? 'page' : undefined}>
										{label}
									</a>
								</li>
							))}
						</ul>
					</nav>
				)}
			</header>
			<main class="container" id="main">
				{children}
			</main>
		</body>
	</html>
);

/** An account's pages: path below its settings, and what the links say. */
export const SECTIONS = [
	['developer/connected_applications', 'Connected Applications'],
	['developer/oauth_clients', 'OAuth clients'],
	['connections', 'Connections'],
	['hooks', 'Hooks'],
	['members', 'Members'],
] as const;

/** A form's hidden field against forgery. */
export const Csrf: FC<{ readonly token: string }> = ({ token }) => <input type="hidden" name="csrf" value={token} />;

/** What went wrong with the form above which it stands; read out when the page opens. */
export const Problem: FC<{ readonly text: string | null }> = ({ text }) =>
	text === null ? null : (
		<p role="alert" class="problem">
			{text}
		</p>
	);
