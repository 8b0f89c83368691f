import { visibleText } from '#shared/seal/visible-text';
import { claimsOf } from '#shared/verify/claims';
import { factRows } from '#shared/verify/fact-rows';
import { countChecks, headline } from '#shared/verify/headline';
import type { PackageFacts } from '#shared/verify/package-facts';
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
  const both = ({ zh, en }: Bilingual, between: string) => (zh === en ? zh : `${zh}${between}${en}`);
  const lines = factRows(facts).map(({ label, value }) => `${both(label, ' ')}: ${both(value, ' · ')}`);
  return lines.length === 0 ? [] : [...lines, ''];
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
