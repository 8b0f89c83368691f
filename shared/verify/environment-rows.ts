import type { Fact } from '#shared/seal/certificate/facts';
import { renderValue } from '#shared/seal/certificate/render-value';
import type { CertificateText } from '#shared/seal/certificate/text';
import { certificateTextEn } from '#shared/seal/certificate/text-en';
import { certificateTextZh } from '#shared/seal/certificate/text-zh';
import type { FactRow } from './fact-rows.ts';
import type { PackageFacts } from './package-facts.ts';

/** Rows on the environment report, in the words of the certificate; none for a package without one. */
export function environmentRows({ environment = [] }: PackageFacts): FactRow[] {
  return environment.map((fact) => ({
    label: { zh: labelOf(fact, certificateTextZh), en: labelOf(fact, certificateTextEn) },
    value: { zh: printed(fact, certificateTextZh), en: printed(fact, certificateTextEn) },
  }));
}

function labelOf({ label, mark }: Fact, text: CertificateText): string {
  return mark === undefined ? text.labels[label] : `${text.labels[label]} (${text.marks[mark]})`;
}

function printed({ values }: Fact, text: CertificateText): string {
  return values.map((value) => renderValue(value, text)).join('; ');
}
