import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { retentionAnswer, type TombstoneFile, tombstoneFile } from '#shared/api/retention';
import { visibleText } from '#shared/seal/visible-text';
import { askRunningService, textOfRunningService } from './ask-running-service.ts';
import { readConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { serviceArguments } from './service-arguments.ts';
import { type CommandOutput, processOutput } from './verify-command.ts';

type Due = v.InferOutput<typeof retentionAnswer>['due'][number];

/** What became of one package whose retention has ended. */
interface RetentionLine {
  readonly package: string;
  readonly sha256: string;
  readonly case: string;
  readonly retainUntil: string;
  /** Who has asked for its deletion; without somebody it is never carried out. */
  readonly requestedBy: string | null;
  readonly state: 'due' | 'requested' | 'deleted' | 'failed';
  /** Of the log leaf that holds the tombstone's digest. */
  readonly proof?: string;
  readonly failure?: string;
}

const usage = `tiezheng retention [--delete] [--json] [--data DIR] [--config FILE]
列出保存期已满的封存包;默认只列出。加 --delete 则执行已由他人申请的删除:销毁密钥与文件,留下已入日志的删除记录。
Lists packages whose retention has ended, of the running service; changes nothing. With --delete it carries out what a
person has asked for (POST /packages/ID/deletion): key and files are destroyed, a signed and logged tombstone stays.
What nobody has asked for, and what is held, stays: whoever runs this is the second of two people.

退出码 Exit codes: 0 列表完成或全部删除 listed, or all that is due was deleted · 1 未全部删除 something is left · 2 参数有误 usage
`;

/**
 * `tiezheng retention`: what is due for deletion, and with `--delete` its deletion, by the running service.
 * @param argv arguments behind the word `retention`.
 * @returns exit code: 0 listed or all deleted, 1 something due is left, 2 wrong usage.
 * @throws ConfigError SERVICE_NOT_RUNNING, SERVICE_REFUSED
 */
export async function runRetention(
  argv: readonly string[],
  output: CommandOutput = processOutput,
): Promise<number> {
  const options = parseOptions(argv);
  if (options === undefined) {
    output.stderr(usage);
    return 2;
  }
  if (options.help === true) {
    output.stdout(usage);
    return 0;
  }
  const { dataDir } = readConfig(serviceArguments(options), process.env);
  const answer = await textOfRunningService(dataDir, '/retention', { method: 'GET' });
  const { due } = v.parse(retentionAnswer, JSON.parse(answer));
  if (options.json !== true) output.stdout(due.length === 0 ? none : head);
  let code = 0;
  for (const found of due) {
    const result = options.delete === true ? await carryOut(dataDir, found) : listed(found);
    output.stdout(options.json === true ? `${JSON.stringify(result)}\n` : line(result));
    if (options.delete === true && result.state !== 'deleted') code = 1;
  }
  return code;
}

function parseOptions(argv: readonly string[]) {
  const flag = { type: 'boolean' } as const;
  const text = { type: 'string' } as const;
  try {
    const options = { delete: flag, json: flag, help: { ...flag, short: 'h' }, data: text, config: text };
    return parseArgs({ args: [...argv], options }).values;
  } catch {
    return undefined;
  }
}

function listed({ package: id, sha256, case: owner, retainUntil, request }: Due): RetentionLine {
  return {
    package: id,
    sha256,
    case: owner.number,
    retainUntil,
    requestedBy: request === null ? null : request.by.displayName,
    state: request === null ? 'due' : 'requested',
  };
}

async function carryOut(dataDir: string, found: Due): Promise<RetentionLine> {
  const before = listed(found);
  if (found.request === null) return before;
  try {
    const { sha256 } = found;
    const answer = await askRunningService(dataDir, `/packages/${found.package}/deletion/confirmation`, {
      sha256,
    });
    const { proof }: TombstoneFile = v.parse(tombstoneFile, answer);
    return { ...before, state: 'deleted', proof };
  } catch (error) {
    // Held or withdrawn meanwhile, or the log is away: the others go on.
    if (!(error instanceof ConfigError) || error.code !== 'SERVICE_REFUSED') throw error;
    return { ...before, state: 'failed', failure: error.message };
  }
}

const states = {
  due: '待申请 due',
  requested: '已申请 requested',
  deleted: '已删除 deleted',
  failed: '未删除 failed',
} as const;

const none = '没有保存期已满的封存包 no package is due\n';
const head = '状态 state\t保存至 until\t封存包 package\t案件 case\t说明 note\n';

function line(result: RetentionLine): string {
  const note = result.failure ?? result.requestedBy ?? '无人申请删除 nobody has asked for it';
  const fields = [states[result.state], result.retainUntil, result.package, result.case, note];
  return `${fields.map(visibleText).join('\t')}\n`;
}
