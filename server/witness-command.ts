import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { CodedError } from '#shared/lib/errors';
import { openCosigner } from './log/open-cosigner.ts';
import { createWitnessServer } from './log/witness-server.ts';

const usage = `tiezheng witness --data DIR --log-vkey KEY [--log-vkey KEY …] [--name NAME] [--host HOST] [--port N]

Cosigns the checkpoints of the given logs (C2SP tlog-witness), never two that contradict each other.
  --data DIR      key and memory of the witness; keep it: a witness that forgets can be deceived
  --log-vkey KEY  verifier key of a log; repeatable
  --name NAME     name in the cosignatures, e.g. notary.example/witness (default: witness.local)
  --host HOST     address to listen on (default: 127.0.0.1)
  --port N        port (default: 8788; 0 takes a free one)
`;

/**
 * `tiezheng witness`: runs a witness until SIGINT or SIGTERM. Prints its verifier key and its URL.
 * @returns exit code: 0 stopped by a signal, 1 could not start, 2 wrong usage.
 */
export async function runWitness(argv: readonly string[]): Promise<number> {
  let options: WitnessArguments;
  try {
    options = parseWitnessArguments(argv);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  try {
    await serve(options);
    return 0;
  } catch (error) {
    console.error(error instanceof CodedError ? `${error.code}: ${error.message}` : String(error));
    return 1;
  }
}

interface WitnessArguments {
  readonly help: boolean;
  readonly data: string;
  readonly logKeys: readonly string[];
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

function parseWitnessArguments(argv: readonly string[]): WitnessArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string', default: '' },
      'log-vkey': { type: 'string', multiple: true, default: [] },
      name: { type: 'string', default: 'witness.local' },
      host: { type: 'string', default: '127.0.0.1' },
      port: { type: 'string', default: '8788' },
      help: { type: 'boolean', default: false },
    },
  });
  const { data, name, host, help } = values;
  const port = Number(values.port);
  if (!help && data === '') throw new TypeError('--data is missing');
  if (!help && values['log-vkey'].length === 0) throw new TypeError('--log-vkey is missing');
  if (!/^[0-9]+$/.test(values.port) || port > 65_535) throw new TypeError('--port is not a port');
  return { help, data, logKeys: values['log-vkey'], name, host, port };
}

async function serve({ data, logKeys, name, host, port }: WitnessArguments): Promise<void> {
  const { cosigner, close } = await openCosigner(data, { name, logKeys, now: () => new Date() });
  try {
    const server = createWitnessServer(cosigner, (error) => console.error(error));
    const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    server.listen(port, host);
    await once(server, 'listening');
    const address = server.address();
    const listening = typeof address === 'object' && address !== null ? address.port : port;
    console.log(`vkey ${cosigner.vkey}`);
    console.log(`url http://${host.includes(':') ? `[${host}]` : host}:${listening}`);
    await stopped;
    server.close();
    server.closeIdleConnections();
  } finally {
    await close();
  }
}
