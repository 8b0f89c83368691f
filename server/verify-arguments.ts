import { parseArgs } from 'node:util';
import { CodedError } from '#shared/lib/errors';

export interface VerifyArguments {
  /** Packages, or folders with packages. */
  readonly targets: readonly string[];
  /** Trust files, or folders of them. */
  readonly trust: readonly string[];
  readonly requireTrust: boolean;
  readonly json: boolean;
  /** Where the printable 核验记录 is written: `.html` or `.txt`. */
  readonly report: string | undefined;
  /** A file to be verified as an excerpt of the recording in the one package named. */
  readonly excerpt: string | undefined;
  readonly help: boolean;
}

export const verifyUsage = `npm run verify -- FILE|DIR [--trust FILE|DIR]… [--require-trust] [--json] [--report FILE] [--excerpt FILE]

  FILE|DIR         封存包 .asice,或其所在文件夹(给出一张表)· a sealed package, or a folder of them (one table)
  --trust FILE|DIR 您从别处取得的信任文件:CA 证书、日志或见证方公钥;可重复
                   what you trust, obtained elsewhere: CA certificates, log and witness keys; repeatable
  --require-trust  未由信任锚证实即退出码 1 · exit 1 unless the anchors vouch for signer, time and log
  --json           机器可读 · machine-readable
  --report FILE    另存可打印的核验记录,.html 或 .txt · also write a printable record in Chinese
  --excerpt FILE   该文件是否为封存包内录屏的摘录 · whether FILE is an excerpt of the package's recording

退出码 Exit codes: 0 完整且无一项未通过 intact and nothing failed · 1 有检查未通过 something failed
                   2 无法读取 cannot be read`;

/** A command line that does not say what to verify, or a file that cannot be read. The message is for the user. */
export class VerifyUsageError extends CodedError<
  'BAD_ARGUMENTS' | 'NOT_FOUND' | 'TRUST_UNREADABLE' | 'REPORT_NOT_WRITTEN'
> {}

/** @throws VerifyUsageError BAD_ARGUMENTS */
export function parseVerifyArguments(argv: readonly string[]): VerifyArguments {
  const { values, positionals } = parse(argv);
  if (positionals.length === 0 && values.help !== true)
    throw new VerifyUsageError('BAD_ARGUMENTS', '请给出封存包或文件夹 · name a package or a folder');
  return {
    targets: positionals,
    trust: values.trust ?? [],
    requireTrust: values['require-trust'] ?? false,
    json: values.json ?? false,
    report: recordFile(values.report),
    excerpt: excerptFile(values.excerpt, positionals),
    help: values.help ?? false,
  };
}

function recordFile(path: string | undefined): string | undefined {
  if (path === undefined || /\.(?:html|txt)$/.test(path)) return path;
  throw new VerifyUsageError('BAD_ARGUMENTS', '--report: .html 或 .txt · must end in .html or .txt');
}

function excerptFile(path: string | undefined, packages: readonly string[]): string | undefined {
  if (path === undefined || packages.length === 1) return path;
  throw new VerifyUsageError('BAD_ARGUMENTS', '--excerpt: 只能给出一个封存包 · name exactly one package');
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        trust: { type: 'string', multiple: true },
        'require-trust': { type: 'boolean' },
        json: { type: 'boolean' },
        report: { type: 'string' },
        excerpt: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new VerifyUsageError('BAD_ARGUMENTS', why, { cause });
  }
}
