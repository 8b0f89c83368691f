import { visibleText } from '#shared/seal/visible-text';
import { countChecks } from '#shared/verify/headline';
import type { RecordedFile } from '#shared/verify/record/verification-record';
import type { Bilingual } from '#shared/verify/report';
import { verdictWords } from '#shared/verify/status-text';
import { faultText } from './verify-report-text.ts';

const word = ({ zh, en }: Bilingual) => `${zh} ${en}`;

/** Head of the table of a folder. */
export const tableHead =
  '结论 verdict\t通过/未通过/未检查\t封存包 package\t文件 file\t首个问题 first fault\n';

/** One line of the table of a folder: verdict, counts, package, file, first fault; separated by tabs. */
export function tableLine(verified: RecordedFile): string {
  const file = visibleText(verified.file);
  if ('failure' in verified)
    return `${word(verdictWords.unreadable)}\t-\t-\t${file}\t${visibleText(verified.failure)}\n`;
  const { verdict, checks, facts } = verified.report;
  const { pass, fail, 'not-checked': open } = countChecks(checks);
  const fault = checks.find(({ status }) => status === 'fail');
  const what = fault === undefined ? '' : `${fault.id}: ${faultText(fault)}`;
  return `${word(verdictWords[verdict])}\t${pass}/${fail}/${open}\t${facts.id ?? '-'}\t${file}\t${what}\n`;
}
