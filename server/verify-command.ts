import { CodedError } from '#shared/lib/errors';
import type { RecordedFile } from '#shared/verify/record/verification-record';
import { type FolderPackage, type SequenceReport, sequencesOf } from '#shared/verify/sequences';
import type { TrustAnchors } from '#shared/verify/trust-anchors';
import { inspectPackage, type PackageReport } from '#shared/verify/verify-package';
import { openFileSource } from './store/file-source.ts';
import { nodePorts } from './store/node-ports.ts';
import { parseVerifyArguments, VerifyUsageError, verifyUsage } from './verify-arguments.ts';
import { secondLooksBeside } from './verify-beside.ts';
import { type CheckedExcerpt, checkExcerpt, excerptLines } from './verify-excerpt.ts';
import { findPackages } from './verify-files.ts';
import { writeRecord } from './verify-record.ts';
import { reportText } from './verify-report-text.ts';
import { sequenceText } from './verify-sequence-text.ts';
import { tableHead, tableLine } from './verify-table.ts';
import { readTrust } from './verify-trust.ts';

/** Where a command writes; a process's own streams, or a test's. */
export interface CommandOutput {
  stdout(text: string): void;
  stderr(text: string): void;
}

export const processOutput: CommandOutput = {
  stdout: (text) => void process.stdout.write(text),
  stderr: (text) => void process.stderr.write(text),
};

/**
 * `tiezheng verify FILE|DIR [--trust FILE|DIR]… [--require-trust] [--json] [--report FILE] [--excerpt FILE]`: verifies
 * sealed packages offline, without a service.
 * @param argv arguments behind the word `verify`.
 * @returns exit code (design §10): 0 intact and nothing failed, 1 something failed, or not valid with
 *   `--require-trust`, 2 unreadable container, file or command line; of several packages the highest.
 */
export async function runVerify(
  argv: readonly string[],
  output: CommandOutput = processOutput,
): Promise<number> {
  try {
    const options = parseVerifyArguments(argv);
    if (options.help) {
      output.stdout(`${verifyUsage}\n`);
      return 0;
    }
    const anchors = await readTrust(options.trust);
    const { folder, files } = await findPackages(options.targets);
    if (folder && options.excerpt !== undefined)
      throw new VerifyUsageError('BAD_ARGUMENTS', '--excerpt: 只能给出一个封存包 · name exactly one package');
    const print = printer(output, { json: options.json, folder });
    const at = Date.now();
    const recorded: RecordedFile[] = [];
    const steps: FolderPackage[] = [];
    let worst = 0;
    for (const file of files) {
      const verified = await verifyFile(file, { anchors, now: at, excerpt: options.excerpt });
      print.one(verified);
      if (options.report !== undefined) recorded.push(verified);
      if ('report' in verified && verified.report.facts.sequence !== undefined)
        steps.push({ file, facts: verified.report.facts });
      worst = Math.max(worst, exitCode(verified, options.requireTrust));
    }
    const sequences = sequencesOf(steps);
    print.end(folder ? sequences : []);
    if (folder && sequences.some(isContradictory)) worst = Math.max(worst, 1);
    if (options.report !== undefined) await writeRecord(options.report, { files: recorded, anchors, at });
    return worst;
  } catch (error) {
    if (!(error instanceof VerifyUsageError)) throw error;
    output.stderr(`✗ ${error.message}\n${error.code === 'BAD_ARGUMENTS' ? `\n${verifyUsage}\n` : ''}`);
    return 2;
  }
}

type VerifiedFile = RecordedFile & { readonly excerpt?: CheckedExcerpt };

interface VerifyFileOptions {
  readonly anchors: TrustAnchors;
  readonly now: number;
  readonly excerpt: string | undefined;
}

async function verifyFile(file: string, { anchors, now, excerpt }: VerifyFileOptions): Promise<VerifiedFile> {
  try {
    const source = await openFileSource(file);
    try {
      const { report, contents } = await inspectPackage(source, nodePorts, {
        anchors,
        now,
        beside: await secondLooksBeside(file),
      });
      if (excerpt === undefined) return { file, report };
      return { file, report, excerpt: await checkExcerpt(contents, excerpt) };
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!(error instanceof CodedError) || error instanceof VerifyUsageError) throw error;
    return { file, failure: `无法读取此文件 · cannot read this file: ${error.message} [${error.code}]` };
  }
}

function exitCode(verified: VerifiedFile, requireTrust: boolean): number {
  if ('failure' in verified) return 2;
  const { excerpt } = verified;
  const worst = packageExitCode(verified, requireTrust);
  return excerpt === undefined || excerpt.report.status === 'pass' ? worst : Math.max(worst, 1);
}

function packageExitCode(
  verified: Extract<RecordedFile, { report: unknown }>,
  requireTrust: boolean,
): number {
  switch (verified.report.verdict) {
    case 'valid':
      return 0;
    case 'intact':
      return requireTrust ? 1 : 0;
    case 'invalid':
      return 1;
    case 'unreadable':
      return 2;
  }
}

interface Printer {
  one(verified: VerifiedFile): void;
  end(sequences: readonly SequenceReport[]): void;
}

/** Packages are printed as they are done, so that a folder of any size needs no list of reports. */
function printer(output: CommandOutput, { json, folder }: { json: boolean; folder: boolean }): Printer {
  let count = 0;
  if (json && folder)
    return {
      one: (verified) =>
        output.stdout(`${count++ === 0 ? '{"packages":[\n' : ',\n'}${jsonOf(verified, true)}`),
      end: (sequences) =>
        output.stdout(sequences.length === 0 ? '\n]}\n' : `\n],"sequences":${JSON.stringify(sequences)}}\n`),
    };
  return {
    one(verified) {
      if (json) output.stdout(`${jsonOf(verified, false)}\n`);
      else if (folder) output.stdout(`${count++ === 0 ? tableHead : ''}${tableLine(verified)}`);
      else if ('failure' in verified) output.stderr(`✗ ${verified.file}: ${verified.failure}\n`);
      else output.stdout(reportText(verified.file, verified.report) + excerptOf(verified));
    },
    end: (sequences) => {
      if (!json) for (const sequence of sequences) output.stdout(sequenceText(sequence));
    },
  };
}

function isContradictory({ findings }: SequenceReport): boolean {
  return findings.some(({ code }) => code === 'conflict');
}

function excerptOf({ excerpt }: VerifiedFile): string {
  return excerpt === undefined ? '' : excerptLines(excerpt);
}

/** `{verdict, checks, anchors, facts}`; in a folder with `file` before, with an excerpt `excerpt: {file, status, …}` behind. */
function jsonOf(verified: VerifiedFile, named: boolean): string {
  const { excerpt } = verified;
  const more = excerpt === undefined ? {} : { excerpt: { file: excerpt.file, ...excerpt.report } };
  const report: PackageReport | object =
    'report' in verified
      ? { ...verified.report, ...more }
      : { verdict: 'unreadable', checks: [], anchors: [], facts: {}, failure: verified.failure };
  return JSON.stringify(named ? { file: verified.file, ...report } : report);
}
