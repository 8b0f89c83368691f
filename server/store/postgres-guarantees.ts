import type { ClientBase } from 'pg';

/** Settings of the server without which an answered write might not be on disk, or texts would sort otherwise. */
const GUARANTEES = `SELECT * FROM (VALUES
  ('fsync', current_setting('fsync'), 'on'),
  ('full_page_writes', current_setting('full_page_writes'), 'on'),
  ('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'off' ELSE 'on' END, 'on'),
  ('server_encoding', current_setting('server_encoding'), 'UTF8'),
  ('collation', (SELECT datcollate FROM pg_database WHERE datname = current_database()), 'C')
) AS found (name, value, wanted) WHERE value <> wanted`;

/**
 * What is missing of durability (`fsync`, `full_page_writes`, `synchronous_commit`) and of order (`UTF8`, collation
 * `C`: lists and searches compare texts byte by byte), as `name=value`.
 */
export async function missingGuarantees(client: Pick<ClientBase, 'query'>): Promise<string[]> {
  const { rows } = await client.query<{ name: string; value: string }>(GUARANTEES);
  return rows.map(({ name, value }) => `${name}=${value}`);
}
