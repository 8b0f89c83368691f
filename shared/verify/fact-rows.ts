import { beijingTime, seconds, utcTime } from '#shared/seal/instant';
import { visibleText } from '#shared/seal/visible-text';
import { comparisonRows } from './comparison-rows.ts';
import { environmentRows } from './environment-rows.ts';
import type { PackageFacts, TimeFact } from './package-facts.ts';
import type { Bilingual } from './report.ts';

/** One line of what a package says of itself. */
export interface FactRow {
  readonly label: Bilingual;
  readonly value: Bilingual;
  /** A SHA-256, to be compared by eye. */
  readonly digest?: true;
}

/** The facts as people read them, in the order of a report; all text is printable. */
export function factRows(facts: PackageFacts): FactRow[] {
  const { url, log, signer, witnesses, selfIssued, intervalSeconds, protectedUntil, defects } = facts;
  return [
    ...row('封存包', 'package', facts.id),
    ...row('取证', 'capture', facts.capture),
    ...row(
      '网址',
      'URL',
      url && (url.requested === url.final ? url.final : `${url.requested} → ${url.final}`),
    ),
    ...row('标题', 'title', facts.title),
    ...row('起始', 't0', time(facts.started)),
    ...row('固定', 't1', time(facts.anchored)),
    ...row(
      '间隔',
      'interval',
      intervalSeconds === undefined ? undefined : `${seconds(1000 * intervalSeconds)} s`,
    ),
    ...row('封存', 'sealed', time(facts.sealed)),
    ...row(
      '续期',
      'renewed',
      joined(
        facts.renewed?.map((fact) => time(fact) ?? ''),
        '; ',
      ),
    ),
    ...row(
      '续期期限',
      'renew by',
      protectedUntil && `${protectedUntil.at.slice(0, 10)} (${protectedUntil.by})`,
    ),
    ...row('签署人', 'signer', signer?.name),
    ...row('签发者', 'issuer', signer?.issuer),
    ...row('自签', 'self-issued', joined(selfIssued, ', ')),
    ...row('日志', 'log', log && `${log.origin} #${log.index} / ${log.size}`),
    ...witnessRow(witnesses),
    ...row('材料', 'artefacts', facts.artefacts?.toString()),
    ...row('未取得', 'not captured', facts.notCaptured?.toString()),
    ...comparisonRows(facts),
    ...environmentRows(facts),
    ...row('缺陷', 'defects', joined(defects?.map(visibleText), ', ')),
    ...row('证据包 SHA-256', 'bundle SHA-256', facts.bundle).map((fact) => ({
      ...fact,
      digest: true as const,
    })),
  ];
}

function row(zh: string, en: string, value: string | undefined): FactRow[] {
  return value === undefined ? [] : [{ label: { zh, en }, value: { zh: value, en: value } }];
}

function joined(list: readonly string[] | undefined, separator: string): string | undefined {
  return list === undefined || list.length === 0 ? undefined : list.join(separator);
}

function witnessRow(witnesses: readonly string[] | undefined): FactRow[] {
  if (witnesses === undefined) return [];
  const label = { zh: '见证方', en: 'witnesses' };
  if (witnesses.length > 0) {
    const names = witnesses.join(', ');
    return [{ label, value: { zh: names, en: names } }];
  }
  return [{ label, value: { zh: '无:可分叉', en: 'none: the log could be forked' } }];
}

function time(fact: TimeFact | undefined): string | undefined {
  if (fact === undefined) return undefined;
  const at = Date.parse(fact.at);
  return `${beijingTime(at)} (UTC+8) = ${utcTime(at)}, ${fact.authority}`;
}
