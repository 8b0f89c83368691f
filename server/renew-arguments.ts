import { parseArgs } from 'node:util';
import { serviceArguments } from './service-arguments.ts';
import { VerifyUsageError } from './verify-arguments.ts';

export interface RenewArguments {
  /** Packages, or folders with packages. */
  readonly targets: readonly string[];
  /** Trust files, or folders of them. */
  readonly trust: readonly string[];
  readonly withinMonths: number;
  readonly wrap: boolean;
  readonly json: boolean;
  readonly help: boolean;
  /** Arguments of the service whose time-stamp authority is used. */
  readonly service: readonly string[];
}

export const renewUsage = `tiezheng renew FILE|DIR… [--within MONTHS] [--wrap] [--trust FILE|DIR]… [--data DIR] [--config FILE] [--json]
列出证书或算法将到期的封存包;加 --wrap 则以新时间戳续期封装(ASiC-S),原文件不动。
Lists packages whose certificates or algorithms run out; with --wrap wraps them in a new time-stamp (ASiC-S),
<id>.asics beside the package, which is left as it is. Renewing an .asics adds to it.

  --within MONTHS  期限 · how far ahead to look (default: 12)
  --wrap           续期 · renew what is due
  --trust          信任锚 · your trust anchors; only renewals they vouch for count
  --data DIR       服务数据目录,使用其所配置的时间戳机构 · data of the service whose time-stamp authority is asked
                   (default: .tiezheng)
  --config FILE    服务配置文件 · configuration file of that service

退出码 Exit codes: 0 无到期或均已续期 nothing is due, or all of it was renewed
                   1 仍有到期、过期或未通过核验的 something is due, too late or does not verify · 2 参数有误 usage`;

/** @throws VerifyUsageError BAD_ARGUMENTS */
export function parseRenewArguments(argv: readonly string[]): RenewArguments {
  const { values, positionals } = parse(argv);
  const help = values.help ?? false;
  if (positionals.length === 0 && !help)
    throw new VerifyUsageError('BAD_ARGUMENTS', '请给出封存包或文件夹 · name a package or a folder');
  const within = values.within ?? '12';
  if (!/^(?:0|[1-9][0-9]{0,3})$/.test(within))
    throw new VerifyUsageError('BAD_ARGUMENTS', `--within: ${within} 不是月数 · is not a number of months`);
  return {
    targets: positionals,
    trust: values.trust ?? [],
    withinMonths: Number(within),
    wrap: values.wrap ?? false,
    json: values.json ?? false,
    help,
    service: serviceArguments(values),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        within: { type: 'string' },
        wrap: { type: 'boolean' },
        trust: { type: 'string', multiple: true },
        data: { type: 'string' },
        config: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new VerifyUsageError('BAD_ARGUMENTS', why, { cause });
  }
}
