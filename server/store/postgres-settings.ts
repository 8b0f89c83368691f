/** Where the metadata are kept when not in SQLite: one PostgreSQL database for one service. */
export interface PostgresSettings {
  /** `postgres://user@host:5432/name`, or with `?host=/folder` over a Unix socket. */
  readonly url: string;
  /** File whose first line is the password. */
  readonly passwordFile?: string;
  /** PEM file: certificates the server's must chain to. Without it the connection is not encrypted. */
  readonly ca?: string;
  /** Connections besides the one that holds the lock. */
  readonly connections: number;
}
