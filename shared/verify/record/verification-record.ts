import { toHex } from '#shared/lib/hex';
import { sha256 } from '#shared/lib/sha256';
import { beijingTime, utcTime } from '#shared/seal/instant';
import { visibleText } from '#shared/seal/visible-text';
import { claimsOf } from '../claims.ts';
import { factRows } from '../fact-rows.ts';
import { countChecks, headline } from '../headline.ts';
import type { Bilingual, Check, Verdict } from '../report.ts';
import { faultText, reasonText, statusWords, verdictWords } from '../status-text.ts';
import type { TrustAnchors } from '../trust-anchors.ts';
import type { PackageReport } from '../verify-package.ts';
import type { RecordBlock } from './record-block.ts';

/** One file that was to be verified. `failure` says why it could not be read at all. */
export type RecordedFile =
  | { readonly file: string; readonly report: PackageReport }
  | { readonly file: string; readonly failure: string };

export interface RecordInput {
  readonly files: readonly RecordedFile[];
  readonly anchors: TrustAnchors;
  /** When the verification was made, UTC ms, by the clock of the machine. */
  readonly at: number;
  /** Name and version of the verifier. */
  readonly software: string;
}

/**
 * 核验记录 in plain Chinese: what was verified, against which anchors, with which result; one table for all files, then
 * a page for each package. Its words are those of the report; it adds no judgement.
 */
export function verificationRecord(input: RecordInput): RecordBlock[] {
  const { files } = input;
  return [
    { type: 'title', text: '电子数据封存包核验记录' },
    { type: 'paragraph', text: INTRODUCTION },
    { type: 'heading', text: '一、核验概况' },
    { type: 'facts', rows: overview(input) },
    { type: 'heading', text: '二、所用信任锚' },
    ...anchorBlocks(input.anchors),
    { type: 'heading', text: '三、核验结果一览' },
    resultTable(files),
    ...signatures,
    ...files.flatMap(packagePage),
  ];
}

const INTRODUCTION =
  '本记录由核验程序自动生成,记载对下列封存包逐项核验的结果。核验在本机离线进行,未向任何一方发送数据。本记录不是公证文书或鉴定意见,不对网页内容是否属实作任何判断。';

function overview({ files, at, software }: RecordInput): [string, string][] {
  const verdicts = files.map(verdictOf);
  const counts = (['valid', 'intact', 'invalid', 'unreadable'] as const).map(
    (verdict) => `${verdictWords[verdict].zh} ${verdicts.filter((one) => one === verdict).length} 件`,
  );
  return [
    ['核验时间', `${beijingTime(at)}(北京时间)= ${utcTime(at)},依据本机时钟`],
    ['核验程序', visibleText(software)],
    ['核验对象', `封存包 ${files.length} 件`],
    ['结果', counts.join(',')],
  ];
}

function verdictOf(recorded: RecordedFile): Verdict {
  return 'report' in recorded ? recorded.report.verdict : 'unreadable';
}

function anchorBlocks({ certificates, logKeys, witnessKeys, policy }: TrustAnchors): RecordBlock[] {
  if (certificates.length + logKeys.length + witnessKeys.length === 0)
    return [
      {
        type: 'paragraph',
        text: '未给出信任锚:签署人、时间与日志未经核实,结论至多为“完整”。',
      },
    ];
  const rows: [string, string][] = [
    ...certificates.map(({ subject, der }): [string, string] => [
      '根证书',
      `${visibleText(subject.text)},SHA-256 ${toHex(sha256(der))}`,
    ]),
    ...logKeys.map((key): [string, string] => ['日志公钥', visibleText(key)]),
    ...witnessKeys.map((key): [string, string] => ['见证方公钥', visibleText(key)]),
  ];
  if (policy.witnesses > 0) rows.push(['要求', `至少 ${policy.witnesses} 个见证方会签`]);
  if (policy.timeStamps > 0) rows.push(['要求', `封存至少有 ${policy.timeStamps} 家机构的时间戳`]);
  return [
    { type: 'facts', rows },
    { type: 'paragraph', text: '信任锚由核验人另行取得,不取自封存包;是否采信由核验人负责。' },
  ];
}

function resultTable(files: readonly RecordedFile[]): RecordBlock {
  return {
    type: 'table',
    head: ['序号', '封存包', '结论', '通过/未通过/未检查', '固定时间(北京时间)', '网址或首个问题'],
    rows: files.map((recorded, index) => [String(index + 1), ...resultCells(recorded)]),
  };
}

function resultCells(recorded: RecordedFile): string[] {
  const file = visibleText(recorded.file);
  if ('failure' in recorded) return [file, '无法读取', '—', '—', visibleText(recorded.failure)];
  const { verdict, checks, facts } = recorded.report;
  const { pass, fail, 'not-checked': open } = countChecks(checks);
  const fault = checks.find(({ status }) => status === 'fail');
  return [
    facts.id ?? file,
    verdictWords[verdict].zh,
    `${pass}/${fail}/${open}`,
    facts.anchored === undefined ? '—' : beijingTime(Date.parse(facts.anchored.at)),
    fault === undefined ? (facts.url?.final ?? '—') : `${fault.id}:${faultText(fault).zh}`,
  ];
}

const signatures: readonly RecordBlock[] = [
  {
    type: 'facts',
    rows: [
      ['核验人(签名)', '　'],
      ['日期', '　'],
    ],
  },
];

function packagePage(recorded: RecordedFile, index: number): RecordBlock[] {
  const name = `${index + 1}. ${visibleText(recorded.file)}`;
  if ('failure' in recorded)
    return [
      { type: 'page' },
      { type: 'heading', text: name },
      { type: 'verdict', text: `无法读取:${visibleText(recorded.failure)}`, good: false },
    ];
  const { report } = recorded;
  const claims = claimsOf(report);
  const good = report.verdict === 'valid' || report.verdict === 'intact';
  return [
    { type: 'page' },
    { type: 'heading', text: name },
    { type: 'verdict', text: headline(report).zh, good },
    { type: 'facts', rows: factRows(report.facts).map(({ label, value }) => [label.zh, value.zh]) },
    ...section('证明什么', claims.proves),
    ...section('依据什么', claims.restsOn),
    ...section('不能证明什么', claims.doesNotProve),
    ...checkBlocks(report.checks),
  ];
}

/** What failed line by line; what was not checked by its reason; what passed in one paragraph: it fits the page. */
function checkBlocks(checks: readonly Check[]): RecordBlock[] {
  const { pass, fail, 'not-checked': open } = countChecks(checks);
  const failed = checks.filter(({ status }) => status === 'fail');
  const rows = failed.map((check): [string, string] => [
    check.proves.zh,
    `${statusWords.fail.zh}:${faultText(check).zh}`,
  ]);
  return [
    { type: 'heading', text: `逐项核验(通过 ${pass} 项,未通过 ${fail} 项,未检查 ${open} 项)` },
    ...(rows.length === 0 ? [] : [{ type: 'facts', rows } as const]),
    ...reasonsOf(checks).map(
      ([reason, sentences]): RecordBlock => ({
        type: 'note',
        text: `未检查(${reason},${sentences.length} 项):${sentences.join(';')}。`,
      }),
    ),
    ...(pass === 0
      ? []
      : [
          {
            type: 'note',
            text: `通过:${checks
              .filter(({ status }) => status === 'pass')
              .map(({ proves }) => proves.zh)
              .join(';')}。`,
          } as const,
        ]),
  ];
}

/** What was not checked, by the reason; the entry concerned is left to the report. */
function reasonsOf(checks: readonly Check[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const check of checks.filter(({ status }) => status === 'not-checked')) {
    const reason = reasonText(check.code).zh;
    groups.set(reason, [...(groups.get(reason) ?? []), check.proves.zh]);
  }
  return [...groups];
}

function section(heading: string, sentences: readonly Bilingual[]): RecordBlock[] {
  return [
    { type: 'heading', text: heading },
    { type: 'list', items: sentences.map(({ zh }) => zh) },
  ];
}
