import { access } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CodedError } from '#shared/lib/errors';
import { visibleText } from '#shared/seal/visible-text';
import { parseRenewArguments, type RenewArguments, renewUsage } from './renew-arguments.ts';
import { type Stamper, withAuthorities } from './renew-authority.ts';
import { type RenewContext, renewFile, verifyNow } from './renew-file.ts';
import { monthsAfter, type RenewalOutlook, renewalOutlook } from './renewal-outlook.ts';
import { VerifyUsageError } from './verify-arguments.ts';
import { type CommandOutput, processOutput } from './verify-command.ts';
import { findPackages } from './verify-files.ts';
import { readTrust } from './verify-trust.ts';

/** What became of one file. */
interface RenewedFile {
  readonly file: string;
  readonly id?: string;
  readonly outlook: RenewalOutlook;
  /** The `.asics` that was written, and its outlook. */
  readonly renewed?: { readonly file: string; readonly until?: string; readonly by?: string };
  /** Why it was not renewed, or could not be read. */
  readonly failure?: string;
}

/**
 * `tiezheng renew`: lists packages whose certificates or algorithms run out, and wraps them in a new time-stamp.
 * @param argv arguments behind the word `renew`.
 * @param now the time of asking, UTC ms.
 * @returns exit code: 0 nothing is due or all of it was renewed, 1 otherwise, 2 wrong usage.
 */
export async function runRenew(
  argv: readonly string[],
  output: CommandOutput = processOutput,
  now: number = Date.now(),
): Promise<number> {
  try {
    const options = parseRenewArguments(argv);
    if (options.help) {
      output.stdout(`${renewUsage}\n`);
      return 0;
    }
    return await renewAll(options, output, now);
  } catch (error) {
    if (!(error instanceof VerifyUsageError)) throw error;
    output.stderr(`✗ ${error.message}\n${error.code === 'BAD_ARGUMENTS' ? `\n${renewUsage}\n` : ''}`);
    return 2;
  }
}

async function renewAll(options: RenewArguments, output: CommandOutput, now: number): Promise<number> {
  const context = { anchors: await readTrust(options.trust), now };
  const { files } = await findPackages(options.targets);
  const horizon = monthsAfter(now, options.withinMonths);
  if (!options.json) output.stdout(head);
  const each = async (stamper?: Stamper): Promise<number> => {
    let code = 0;
    for (const file of new Set(await Promise.all(files.map(wrapperOf)))) {
      const result = await renewOne(file, horizon, stamper, context);
      output.stdout(options.json ? `${JSON.stringify(result)}\n` : line(result));
      if (result.outlook.state !== 'ok' && result.renewed === undefined) code = 1;
    }
    return code;
  };
  return options.wrap ? withAuthorities(options.service, now, each) : each();
}

/** A package whose wrapper lies beside it is renewed through the wrapper. */
async function wrapperOf(file: string): Promise<string> {
  if (!file.endsWith('.asice')) return file;
  const wrapper = join(dirname(file), `${basename(file, '.asice')}.asics`);
  return access(wrapper).then(
    () => wrapper,
    () => file,
  );
}

async function renewOne(
  file: string,
  horizon: number,
  stamper: Stamper | undefined,
  context: RenewContext,
): Promise<RenewedFile> {
  let outlook: RenewalOutlook = { state: 'faulty' };
  let id: string | undefined;
  try {
    const report = await verifyNow(file, context);
    outlook = renewalOutlook(report, horizon);
    id = report.facts.id;
    if (stamper === undefined || outlook.state !== 'due') return { file, ...known(id), outlook };
    const renewed = await renewFile(file, report, stamper, context);
    const { until, by } = renewalOutlook(renewed.report, horizon);
    return {
      file,
      ...known(id),
      outlook,
      renewed: {
        file: renewed.path,
        ...(until === undefined ? {} : { until }),
        ...(by === undefined ? {} : { by }),
      },
    };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { file, ...known(id), outlook, failure: `${error.code}: ${error.message}` };
  }
}

function known(id: string | undefined): { readonly id?: string } {
  return id === undefined ? {} : { id };
}

const states = {
  ok: '有效 ok',
  due: '将到期 due',
  lapsed: '已过期 lapsed',
  faulty: '未通过 faulty',
} as const;

const head = '状态 state\t期限 until\t封存包 package\t文件 file\t说明 note\n';

function line({ file, id = '-', outlook, renewed, failure }: RenewedFile): string {
  const done =
    renewed && `已续期 renewed until ${renewed.until?.slice(0, 10)} (${renewed.by}): ${renewed.file}`;
  const note = failure ?? done ?? outlook.fault ?? outlook.by ?? '';
  const state = renewed === undefined ? states[outlook.state] : '已续期 renewed';
  return `${[state, outlook.until?.slice(0, 10) ?? '-', id, file, note].map(visibleText).join('\t')}\n`;
}
