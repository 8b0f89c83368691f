import { spawnSync } from 'node:child_process';

/** One thing an outside tool says about a package. The command line is bash, run in the folder it was unzipped into. */
export interface OutsideCheck {
  readonly tool: string;
  /** Debian packages that bring it. */
  readonly debian: string;
  /** Prints the version; fails where something it needs is absent. */
  readonly version: string;
  readonly covers: string;
  readonly command: string;
  /** Each must occur in what it prints: some tools exit with 0 whatever they found. */
  readonly says?: readonly RegExp[];
  /** Names of the alterations it must refuse, and no others. */
  readonly refuses: readonly AlterationName[];
}

/** Where one byte is altered. */
export const alterationNames = [
  'bundle',
  'sealed text',
  'certificate',
  'challenge',
  'signature',
  'time-stamp in signature',
  'XAdES signature',
  'bundle token',
  'seal token',
  'root',
] as const;
export type AlterationName = (typeof alterationNames)[number];

export interface ToolRun {
  readonly accepted: boolean;
  /** What it printed, for a report of what went wrong. */
  readonly output: string;
}

/** Runs a check. @param folder of the unzipped package; `environment` names the rest. */
export function runCheck(
  check: Pick<OutsideCheck, 'command' | 'says'>,
  folder: string,
  environment: Readonly<Record<string, string>>,
): ToolRun {
  const { status, stdout, stderr } = spawnSync('bash', ['-c', `set -eo pipefail\n${check.command}`], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...environment },
    timeout: 120_000,
  });
  const output = `${stdout}${stderr}`;
  return { accepted: status === 0 && (check.says ?? []).every((text) => text.test(output)), output };
}
