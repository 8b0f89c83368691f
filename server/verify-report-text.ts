import { beijingTime, seconds, utcTime } from '#shared/seal/instant';
import { visibleText } from '#shared/seal/visible-text';
import { claimsOf } from '#shared/verify/claims';
import { countChecks, headline } from '#shared/verify/headline';
import type { PackageFacts, TimeFact } from '#shared/verify/package-facts';
import type { Bilingual, Check, CheckStatus } from '#shared/verify/report';
import type { PackageReport } from '#shared/verify/verify-package';

const marks: Record<CheckStatus, string> = { pass: '✓', fail: '✗', 'not-checked': '–' };

/** The whole report on one package for a terminal, Chinese beside English, ending in a line feed. */
export function reportText(file: string, report: PackageReport): string {
  const { zh, en } = headline(report);
  return [
    `${visibleText(file)}`,
    '',
    `${report.checks.some(({ status }) => status === 'fail') ? '✗' : '✓'} ${zh}`,
    `  ${en}`,
    `  ${countLine(report.checks)}`,
    '',
    ...factLines(report.facts),
    '检查 Checks',
    ...report.checks.flatMap(checkLines),
    '',
    ...claimLines(report),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** `21 项通过,0 项未通过,4 项未检查 · 21 passed, 0 failed, 4 not checked`. */
function countLine(checks: readonly Check[]): string {
  const count = countChecks(checks);
  return (
    `通过 ${count.pass} 项,未通过 ${count.fail} 项,未检查 ${count['not-checked']} 项 · ` +
    `${count.pass} passed, ${count.fail} failed, ${count['not-checked']} not checked`
  );
}

/** Code and entry of a check that did not pass, safe to print: names in a hostile package may hold anything. */
export function faultText({ code, entry }: Check): string {
  return visibleText([code, entry].filter((part) => part !== undefined).join(' '));
}

function checkLines(check: Check): string[] {
  const fault = faultText(check);
  return [
    `${marks[check.status]} ${check.id}${fault === '' ? '' : `  [${fault}]`}`,
    ...bilingual('证明 ', check.proves),
    ...bilingual('依据 ', check.restsOn),
  ];
}

function bilingual(label: string, { zh, en }: Bilingual): string[] {
  return zh === en ? [`    ${label}${zh}`] : [`    ${label}${zh}`, `         ${en}`];
}

function factLines(facts: PackageFacts): string[] {
  const { url, log, signer, witnesses, selfIssued, intervalSeconds } = facts;
  const lines: [string, string | undefined][] = [
    ['封存包 package', facts.id],
    ['取证 capture', facts.capture],
    ['网址 URL', url && (url.requested === url.final ? url.final : `${url.requested} → ${url.final}`)],
    ['标题 title', facts.title],
    ['起始 t0', time(facts.started)],
    ['固定 t1', time(facts.anchored)],
    ['间隔 interval', intervalSeconds === undefined ? undefined : `${seconds(1000 * intervalSeconds)} s`],
    ['封存 sealed', time(facts.sealed)],
    ['续期 renewed', facts.renewed?.map(time).join('; ')],
    ['续期期限 renew by', facts.protectedUntil && renewBy(facts.protectedUntil)],
    ['签署人 signer', signer?.name],
    ['签发者 issuer', signer?.issuer],
    ['自签 self-issued', selfIssued?.length ? selfIssued.join(', ') : undefined],
    ['日志 log', log && `${log.origin} #${log.index} / ${log.size}`],
    [
      '见证方 witnesses',
      witnesses?.length === 0 ? '无:可分叉 · none: the log could be forked' : witnesses?.join(', '),
    ],
    ['材料 artefacts', facts.artefacts?.toString()],
    ['未取得 not captured', facts.notCaptured?.toString()],
    ['缺陷 defects', facts.defects?.length ? visibleText(facts.defects.join(', ')) : undefined],
    ['证据包 SHA-256', facts.bundle],
  ];
  const known = lines
    .filter(([, value]) => value !== undefined)
    .map(([label, value]) => `${label}: ${value}`);
  return known.length === 0 ? [] : [...known, ''];
}

function time(fact: TimeFact | undefined): string | undefined {
  if (fact === undefined) return undefined;
  const at = Date.parse(fact.at);
  return `${beijingTime(at)} (UTC+8) = ${utcTime(at)}, ${fact.authority}`;
}

function renewBy({ at, by }: NonNullable<PackageFacts['protectedUntil']>): string {
  return `${at.slice(0, 10)} (${by})`;
}

function claimLines(report: PackageReport): string[] {
  const claims = claimsOf(report);
  const list = (title: string, sentences: readonly Bilingual[]) => [
    title,
    ...sentences.flatMap(({ zh, en }) => [`  · ${zh}`, `    ${en}`]),
  ];
  return [
    ...list('证明什么 · What this proves', claims.proves),
    ...list('依据什么 · What it rests on', claims.restsOn),
    ...list('不能证明什么 · What it does not prove', claims.doesNotProve),
  ];
}
