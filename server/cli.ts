import { CodedError } from '#shared/lib/errors';

interface Command {
  readonly summary: string;
  /** Runs with the arguments after the command's name; the exit code. */
  run(argv: readonly string[]): Promise<number>;
}

/** Loaded only when run: `verify` needs no database and no service. */
const commands: Readonly<Record<string, Command>> = {
  start: {
    summary: 'run the service: [--data DIR] [--port N] [--organisation NAME] [--system-name NAME]',
    run: async (argv) => (await import('./main.ts')).runService(argv),
  },
  verify: {
    summary:
      'verify sealed packages offline: FILE|DIR [--trust FILE|DIR] [--require-trust] [--json] [--excerpt FILE]',
    run: async (argv) => (await import('./verify-command.ts')).runVerify(argv),
  },
  excerpt: {
    summary: 'cut a part out of a recording: PACKAGE --from PLACE --to PLACE --out FILE.webm',
    run: async (argv) => (await import('./excerpt-command.ts')).runExcerpt(argv),
  },
  witness: {
    summary: 'cosign the checkpoints of logs: --data DIR --log-vkey KEY … [--name NAME] [--port N]',
    run: async (argv) => (await import('./witness-command.ts')).runWitness(argv),
  },
  monitor: {
    summary: 're-read and check a whole log: --log DIR|URL --log-vkey KEY … [--state FILE] [--json]',
    run: async (argv) => (await import('./monitor-command.ts')).runMonitor(argv),
  },
  backup: {
    summary:
      'copy a data directory while its service runs, and check the copy: --to DIR [--data DIR] [--config FILE] [--copy]',
    run: async (argv) => (await import('./backup-command.ts')).runBackup(argv),
  },
  restore: {
    summary: 'check a backup and put it in place of a service: --from DIR [--data DIR] [--config FILE]',
    run: async (argv) => (await import('./backup-command.ts')).runRestore(argv),
  },
  renew: {
    summary: 'list and renew packages that run out: FILE|DIR [--within MONTHS] [--wrap] [--data DIR]',
    run: async (argv) => (await import('./renew-command.ts')).runRenew(argv),
  },
  'rotate-keys': {
    summary:
      'replace keys of a stopped service: --signing | --authorities | --log | --master-key [--data DIR]',
    run: async (argv) => (await import('./rotate-command.ts')).runRotateKeys(argv),
  },
  retention: {
    summary:
      'list packages whose retention has ended, and delete what was asked for: [--delete] [--json] [--data DIR]',
    run: async (argv) => (await import('./retention-command.ts')).runRetention(argv),
  },
  doctor: {
    summary: 'look at an installation and say what is wrong with it: [--data DIR] [--json]',
    run: async (argv) => (await import('./doctor-command.ts')).runDoctor(argv),
  },
  config: {
    summary: 'check the settings and print those in force, without secrets: [--json] [arguments of start]',
    run: async (argv) => (await import('./config-command.ts')).runConfig(argv),
  },
  audit: {
    summary: 'verify an exported audit trail: FILE',
    run: async (argv) => (await import('./audit-command.ts')).runAudit(argv),
  },
  challenges: {
    summary:
      'write one-use challenges to a signed file for devices without a connection: --count N --out FILE [--device ID] [--data DIR]',
    run: async (argv) => (await import('./challenges-command.ts')).runChallenges(argv),
  },
  import: {
    summary: 'take in bundles that were carried here: FILE… [--wait SECONDS] [--json] [--data DIR]',
    run: async (argv) => (await import('./import-command.ts')).runImport(argv),
  },
  pair: {
    summary: 'print a pairing code of the running service: [--data DIR]',
    run: async (argv) => (await import('./pair-command.ts')).runPair(argv),
  },
};

const help = [
  'tiezheng 铁证',
  ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(11)} ${summary}`),
  '',
].join('\n');

/**
 * The command line `tiezheng COMMAND …`.
 * @returns the exit code; 2 for an unknown command, 1 when a command fails.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [name = '', ...rest] = argv;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    const asked = name === '--help' || name === '-h' || name === 'help';
    (asked ? process.stdout : process.stderr).write(help);
    return asked ? 0 : 2;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    process.stderr.write(`✗ ${error.code}: ${error.message}\n`);
    return 1;
  }
}
