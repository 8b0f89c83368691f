import { parseArgs } from 'node:util';
import { serviceArguments } from './service-arguments.ts';
import { VerifyUsageError } from './verify-arguments.ts';

export interface ImportArguments {
  readonly files: readonly string[];
  readonly waitMs: number;
  readonly json: boolean;
  readonly help: boolean;
  /** Arguments of the service that takes them in. */
  readonly service: readonly string[];
}

export const importUsage = `tiezheng import FILE… [--wait SECONDS] [--json] [--data DIR] [--config FILE]
接收带来的证据包(取证面板“保存证据包”所存的 .wacz):与设备自行上传同样校验、封存;重复导入同一文件不产生新的封存包。
Takes in bundles that were carried here (.wacz, saved from the panel): checked and sealed as if their devices had
uploaded them; importing one again gives the same package. The device must be paired with this service.

  --wait SECONDS  等待封存的时间 · how long to wait for the seal of each (default: 600)
  --json          每个文件一行 JSON · one line of JSON for each file
  --data DIR      正在运行的服务的数据目录 · data of the running service (default: .tiezheng)

退出码 Exit codes: 0 全部封存 all are sealed
                   1 有未接收、被拒绝或尚未封存的 something was not taken, was refused, or is not sealed yet
                   2 参数有误 usage`;

/** @throws VerifyUsageError BAD_ARGUMENTS */
export function parseImportArguments(argv: readonly string[]): ImportArguments {
  const { values, positionals } = parse(argv);
  const help = values.help ?? false;
  if (positionals.length === 0 && !help)
    throw new VerifyUsageError('BAD_ARGUMENTS', '请给出证据包 · name a bundle');
  const wait = values.wait ?? '600';
  if (!/^(?:0|[1-9][0-9]{0,5})$/.test(wait))
    throw new VerifyUsageError('BAD_ARGUMENTS', `--wait: ${wait} 不是秒数 · is not a number of seconds`);
  return {
    files: positionals,
    waitMs: Number(wait) * 1000,
    json: values.json ?? false,
    help,
    service: serviceArguments(values),
  };
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { wait: text, data: text, config: text, json: flag, help: { ...flag, short: 'h' } },
    });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new VerifyUsageError('BAD_ARGUMENTS', why, { cause });
  }
}
