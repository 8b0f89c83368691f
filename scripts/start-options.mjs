import { parseArgs } from 'node:util';

export const usage = `npm start -- [URL] [--out DIR] [--data DIR] [--port N] [--mode reload|as-is] [--cookies] [--json]
  with a URL   captures the page, seals it, verifies the package, writes it to DIR (default evidence/)
  without      starts the service and a browser with the extension
exit codes: 0 sealed and every check held, 1 failed, 3 browser profile in use`;

/** The command line was malformed; the caller prints the usage. */
export class UsageError extends Error {}

/** Parses the arguments of `npm start` (design §10). Throws `UsageError`. */
export function parseStartOptions(argv) {
  let parsed;
  try {
    parsed = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        out: { type: 'string', default: 'evidence' },
        data: { type: 'string', default: '.tiezheng' },
        port: { type: 'string' },
        mode: { type: 'string', default: 'reload' },
        cookies: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error.message);
  }
  const { values, positionals } = parsed;
  const [url, ...more] = positionals;
  if (more.length > 0) throw new UsageError(`one URL at a time, not ${positionals.length}`);
  if (url !== undefined && !URL.canParse(url)) throw new UsageError(`not a URL: ${url}`);
  if (!['reload', 'as-is'].includes(values.mode))
    throw new UsageError(`--mode is reload or as-is, not ${values.mode}`);
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new UsageError(`--port is a number from 1 to 65535, not ${values.port}`);
  }
  return { ...values, url, port };
}
