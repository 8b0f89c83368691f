import { CodedError } from '#shared/lib/errors';
import type { TrustAnchors } from '#shared/verify/trust-anchors';
import { type PackageReport, verifyPackage } from '#shared/verify/verify-package';
import { openFileSource } from './store/file-source.ts';
import { nodePorts } from './store/node-ports.ts';
import { parseVerifyArguments, VerifyUsageError, verifyUsage } from './verify-arguments.ts';
import { findPackages } from './verify-files.ts';
import { reportText } from './verify-report-text.ts';
import { tableHead, tableLine, type VerifiedFile } from './verify-table.ts';
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
 * `tiezheng verify FILE|DIR [--trust FILE|DIR]… [--require-trust] [--json]`: verifies sealed packages offline, without
 * a service.
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
    const print = printer(output, { json: options.json, folder });
    let worst = 0;
    for (const file of files) {
      const verified = await verifyFile(file, anchors);
      print.one(verified);
      worst = Math.max(worst, exitCode(verified, options.requireTrust));
    }
    print.end();
    return worst;
  } catch (error) {
    if (!(error instanceof VerifyUsageError)) throw error;
    output.stderr(`✗ ${error.message}\n${error.code === 'BAD_ARGUMENTS' ? `\n${verifyUsage}\n` : ''}`);
    return 2;
  }
}

async function verifyFile(file: string, anchors: TrustAnchors): Promise<VerifiedFile> {
  try {
    const source = await openFileSource(file);
    try {
      return { file, report: await verifyPackage(source, nodePorts, { anchors, now: Date.now() }) };
    } finally {
      await source.close();
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { file, failure: `无法读取此文件 · cannot read this file: ${error.message} [${error.code}]` };
  }
}

function exitCode(verified: VerifiedFile, requireTrust: boolean): number {
  if ('failure' in verified) return 2;
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
  end(): void;
}

/** Packages are printed as they are done, so that a folder of any size needs no list of reports. */
function printer(output: CommandOutput, { json, folder }: { json: boolean; folder: boolean }): Printer {
  let count = 0;
  if (json && folder)
    return {
      one: (verified) =>
        output.stdout(`${count++ === 0 ? '{"packages":[\n' : ',\n'}${jsonOf(verified, true)}`),
      end: () => output.stdout('\n]}\n'),
    };
  return {
    one(verified) {
      if (json) output.stdout(`${jsonOf(verified, false)}\n`);
      else if (folder) output.stdout(`${count++ === 0 ? tableHead : ''}${tableLine(verified)}`);
      else if ('failure' in verified) output.stderr(`✗ ${verified.file}: ${verified.failure}\n`);
      else output.stdout(reportText(verified.file, verified.report));
    },
    end: () => undefined,
  };
}

/** `{verdict, checks, anchors, facts}`; in a folder with `file` before. */
function jsonOf(verified: VerifiedFile, named: boolean): string {
  const report: PackageReport | object =
    'report' in verified
      ? verified.report
      : { verdict: 'unreadable', checks: [], anchors: [], facts: {}, failure: verified.failure };
  return JSON.stringify(named ? { file: verified.file, ...report } : report);
}
