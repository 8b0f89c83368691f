import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finding, findingsOf } from './finding.ts';

/** Programs that know whether the clock is kept, and what they then print. */
const sources = [
  {
    name: 'systemd-timesyncd',
    command: 'timedatectl',
    args: ['show', '-p', 'NTPSynchronized', '--value'],
    kept: /^yes/,
  },
  { name: 'chrony', command: 'chronyc', args: ['-n', 'tracking'], kept: /Leap status\s*:\s*Normal/ },
  { name: 'ntpd', command: 'ntpstat', args: [], kept: /^synchronised/ },
  { name: 'w32time', command: 'w32tm', args: ['/query', '/status'], kept: /Leap Indicator: 0/ },
  { name: 'timed', command: 'systemsetup', args: ['-getusingnetworktime'], kept: /On/ },
] as const;

export type RunProgram = (command: string, args: readonly string[]) => Promise<string | undefined>;

/** What keeps the clock, as far as the system says. */
export async function checkClockSource(run: RunProgram = runProgram): Promise<readonly Finding[]> {
  const { pass, warn } = findingsOf('clock-source');
  let asked = false;
  for (const { name, command, args, kept } of sources) {
    const output = await run(command, args);
    if (output === undefined) continue;
    asked = true;
    if (kept.test(output)) return [pass(`${name} keeps the clock`, `时钟由 ${name} 校准`)];
  }
  return asked
    ? [warn('the clock is kept by nothing: set up NTP', '时钟未经校准:请配置 NTP')]
    : [warn('what keeps the clock is not known here; look at the host', '无法得知时钟由谁校准;请查看宿主机')];
}

/** The clock must not be behind the last checkpoint the log has signed: nothing would be anchored. */
export async function checkClockAndLog(root: string, now: Date): Promise<readonly Finding[]> {
  const { pass, fail } = findingsOf('clock');
  const signed = await stat(join(root, 'log', 'public', 'checkpoint')).then(
    ({ mtime }) => mtime,
    () => undefined,
  );
  if (signed === undefined) return [];
  const last = signed.toISOString();
  return now < signed
    ? [
        fail(
          `the clock is behind the last checkpoint of the log, ${last}`,
          `时钟早于日志最后一个检查点 ${last}`,
        ),
      ]
    : [
        pass(
          `the clock is after the last checkpoint of the log, ${last}`,
          `时钟晚于日志最后一个检查点 ${last}`,
        ),
      ];
}

function runProgram(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: 5000, windowsHide: true }, (error, stdout) => {
      resolve(error === null ? stdout : undefined);
    });
  });
}
