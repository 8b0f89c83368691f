import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { CodedError } from '#shared/lib/errors';
import { toHex } from '#shared/lib/hex';
import { toUtf8 } from '#shared/lib/utf8';
import { type CheckedLog, checkWholeLog } from '#shared/log/check-whole-log';
import { formatCheckpoint, parseCheckpoint } from '#shared/log/checkpoint';
import { leafTypeOf } from '#shared/log/leaf';
import type { TreeHead } from '#shared/log/verify-consistency';
import { folderSource } from './log/folder-source.ts';
import { webSource } from './log/web-source.ts';
import { writeDurable } from './store/durable-file.ts';
import { nodePorts } from './store/node-ports.ts';
import { StoreError, systemCode } from './store/store-error.ts';

const usage = `tiezheng monitor --log DIR|URL --log-vkey KEY [--witness-vkey KEY …] [--threshold N] [--state FILE] [--json]

Re-reads a whole log through its static files and checks every entry, tile and signature.
  --log DIR|URL       folder or URL that holds "checkpoint" and "tile/"
  --log-vkey KEY      verifier key of the log; repeatable
  --witness-vkey KEY  verifier key of a witness; repeatable
  --threshold N       how many of these witnesses must have cosigned (default: 0)
  --state FILE        keeps the tree head last found right; the next run demands that the log continues it
  --json              one JSON object instead of text
`;

/**
 * `tiezheng monitor`: re-reads the whole log and says whether it is right.
 * @returns exit code: 0 everything holds, 1 something does not or could not be read, 2 wrong usage.
 */
export async function runMonitor(argv: readonly string[]): Promise<number> {
  let options: MonitorArguments;
  try {
    options = parseMonitorArguments(argv);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const print = options.json ? printJson : printText;
  try {
    print(await check(options), options);
    return 0;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    print(error, options);
    return 1;
  }
}

/** A checked log with what it holds: how many entries of each type of leaf. */
interface Monitored extends CheckedLog {
  readonly entries: Readonly<Record<string, number>>;
}

interface MonitorArguments {
  readonly help: boolean;
  readonly json: boolean;
  readonly log: string;
  readonly logKeys: readonly string[];
  readonly witnessKeys: readonly string[];
  readonly threshold: number;
  readonly state: string | undefined;
}

function parseMonitorArguments(argv: readonly string[]): MonitorArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      log: { type: 'string', default: '' },
      'log-vkey': { type: 'string', multiple: true, default: [] },
      'witness-vkey': { type: 'string', multiple: true, default: [] },
      threshold: { type: 'string', default: '0' },
      state: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { help, json, log, state, threshold } = values;
  if (!help && log === '') throw new TypeError('--log is missing');
  if (!help && values['log-vkey'].length === 0) throw new TypeError('--log-vkey is missing');
  if (!/^[0-9]{1,3}$/.test(threshold)) throw new TypeError('--threshold is not a number');
  return {
    help,
    json,
    log,
    logKeys: values['log-vkey'],
    witnessKeys: values['witness-vkey'],
    threshold: Number(threshold),
    state,
  };
}

async function check(options: MonitorArguments): Promise<Monitored> {
  const { log, logKeys, witnessKeys, threshold, state } = options;
  const entries: Record<string, number> = {};
  const source = /^https?:\/\//i.test(log) ? webSource(log) : folderSource(log);
  const checked = await checkWholeLog(nodePorts, source, {
    trust: { logKeys, witnessKeys, threshold },
    earlier: state === undefined ? [] : await readState(state),
    onEntry: (_, entry) => {
      const type = leafTypeOf(entry) ?? 'other';
      entries[type] = (entries[type] ?? 0) + 1;
    },
  });
  if (state !== undefined)
    await writeDurable(state, toUtf8(formatCheckpoint({ ...checked, extensions: [] })));
  return { ...checked, entries };
}

async function readState(path: string): Promise<TreeHead[]> {
  try {
    return [parseCheckpoint(await readFile(path, 'utf8'))];
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return [];
    if (cause instanceof CodedError) throw cause;
    throw new StoreError('READ_FAILED', `cannot read ${path}`, { entry: path, cause });
  }
}

function printText(result: Monitored | CodedError, { log }: MonitorArguments): void {
  if (result instanceof CodedError) {
    console.log(`FAILED ${log}`);
    console.log(`${result.code}: ${result.message}${result.entry === undefined ? '' : ` (${result.entry})`}`);
    return;
  }
  console.log(`OK ${result.origin}`);
  console.log(`size ${result.size}`);
  console.log(`root ${toHex(result.root)}`);
  console.log(`every entry, ${result.files} tiles and bundles, and the checkpoint's signature hold`);
  for (const [type, count] of Object.entries(result.entries).sort()) console.log(`  ${type} ${count}`);
  for (const { name, at } of result.cosigners)
    console.log(`cosigned by ${name} at ${new Date(at).toISOString()}`);
  if (result.cosigners.length === 0)
    console.log('no trusted witness cosigned: the log could show others another tree 可分叉');
  for (const name of result.unknown) console.log(`not checked: signature by unknown key ${name}`);
}

function printJson(result: Monitored | CodedError): void {
  const found =
    result instanceof CodedError
      ? { ok: false, code: result.code, message: result.message, entry: result.entry }
      : {
          ok: true,
          origin: result.origin,
          size: String(result.size),
          root: toHex(result.root),
          files: result.files,
          entries: result.entries,
          cosigners: result.cosigners,
          unknown: result.unknown,
        };
  console.log(JSON.stringify(found));
}
