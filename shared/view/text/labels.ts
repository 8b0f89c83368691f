import type { ArtefactKind } from '#shared/artefact/index';
import type { NotCapturedReason, NotCapturedWhat } from '#shared/artefact/not-captured';
import { certificateTextEn } from '#shared/seal/certificate/text-en';
import { certificateTextZh } from '#shared/seal/certificate/text-zh';
import type { Language } from '../language.ts';

const words = { zh: certificateTextZh, en: certificateTextEn };

/** The words the certificate prints, so that screen and paper agree. */
export function artefactLabel(kind: ArtefactKind, language: Language): string {
  return words[language].artefacts[kind];
}

/** `网络资源:服务器返回错误状态` */
export function omissionLabel(what: NotCapturedWhat, reason: NotCapturedReason, language: Language): string {
  const { whats, reasons } = words[language];
  return `${whats[what]}${language === 'zh' ? '：' : ': '}${reasons[reason]}`;
}
