/** What the connector imports, as an entry to be bundled. */
export { Client } from 'ssh2';
