import { visibleText } from '#shared/seal/visible-text';
import { countChecks } from '#shared/verify/headline';
import type { Verdict } from '#shared/verify/report';
import type { PackageReport } from '#shared/verify/verify-package';
import { faultText } from './verify-report-text.ts';

/** One package of a folder; `failure` says why it could not be read at all. */
export type VerifiedFile =
  | { readonly file: string; readonly report: PackageReport }
  | { readonly file: string; readonly failure: string };

const verdicts: Record<Verdict, string> = {
  valid: '有效 valid',
  intact: '完整 intact',
  invalid: '无效 invalid',
  unreadable: '无法读取 unreadable',
};

/** Head of the table of a folder. */
export const tableHead =
  '结论 verdict\t通过/未通过/未检查\t封存包 package\t文件 file\t首个问题 first fault\n';

/** One line of the table of a folder: verdict, counts, package, file, first fault; separated by tabs. */
export function tableLine(verified: VerifiedFile): string {
  const file = visibleText(verified.file);
  if ('failure' in verified)
    return `${verdicts.unreadable}\t-\t-\t${file}\t${visibleText(verified.failure)}\n`;
  const { verdict, checks, facts } = verified.report;
  const { pass, fail, 'not-checked': open } = countChecks(checks);
  const fault = checks.find(({ status }) => status === 'fail');
  const what = fault === undefined ? '' : `${fault.id}: ${faultText(fault)}`;
  return `${verdicts[verdict]}\t${pass}/${fail}/${open}\t${facts.id ?? '-'}\t${file}\t${what}\n`;
}
