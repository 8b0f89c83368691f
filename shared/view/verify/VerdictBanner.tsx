import { countChecks, headline } from '#shared/verify/headline';
import type { PackageReport } from '#shared/verify/verify-package';
import type { Language } from '../language.ts';
import { verifyText } from '../text/verify-text.ts';

interface VerdictBannerProps {
  readonly report: PackageReport;
  readonly language: Language;
}

/** The one sentence, and how many checks stand behind it. */
export function VerdictBanner({ report, language }: VerdictBannerProps) {
  const count = countChecks(report.checks);
  const text = verifyText[language];
  return (
    <div class={`verdict verdict-${report.verdict}`} role="status" data-verdict={report.verdict}>
      <strong>{headline(report)[language]}</strong>
      <span>
        {text.passed(count.pass)} · {text.failed(count.fail)} · {text.notChecked(count['not-checked'])}
      </span>
    </div>
  );
}
