import { beijingTime, utcTime } from '../instant.ts';
import type { FactValue } from './facts.ts';
import { type CertificateText, fill } from './text.ts';

/** One value as a line of text in the language of `text`. */
export function renderValue(value: FactValue, text: CertificateText): string {
  switch (value.type) {
    case 'text':
    case 'digest':
      return value.text;
    case 'instant':
      return fill(text.headings.instant, [beijingTime(value.at), utcTime(value.at)]);
    case 'capture':
      return `${text.captureKinds[value.kind]} · ${text.captureModes[value.mode]}`;
    case 'defect':
      return text.defects[value.defect];
    case 'phrase':
      return fill(text.phrases[value.phrase], value.values);
  }
}
