import { visibleText } from '#shared/seal/visible-text';
import type { NotCheckedCode } from './not-checked.ts';
import type { Bilingual, Check, CheckStatus, Verdict } from './report.ts';

/** One word for a verdict; the sentence is `headline`. */
export const verdictWords: Readonly<Record<Verdict, Bilingual>> = {
  valid: { zh: '有效', en: 'valid' },
  intact: { zh: '完整', en: 'intact' },
  invalid: { zh: '无效', en: 'invalid' },
  unreadable: { zh: '无法读取', en: 'unreadable' },
};

export const statusWords: Readonly<Record<CheckStatus, Bilingual>> = {
  pass: { zh: '通过', en: 'passed' },
  fail: { zh: '未通过', en: 'failed' },
  'not-checked': { zh: '未检查', en: 'not checked' },
};

const reasons: Readonly<Record<NotCheckedCode, Bilingual>> = {
  PREREQUISITE_FAILED: { zh: '所依据的检查未通过', en: 'an earlier check it needs did not hold' },
  NOT_PRESENT: { zh: '包内没有这一项', en: 'the package does not hold it' },
  NO_ANCHOR_GIVEN: { zh: '未给出相应的信任锚', en: 'no anchor of this sort was given' },
  NOT_ANCHORED: { zh: '给出的信任锚不能证实', en: 'none of the anchors given vouches for it' },
  NO_CLOCK: { zh: '未给出核验时间', en: 'the time of verifying was not given' },
  RENEWAL_MISSING: {
    zh: '时间戳证书已过期且未续期',
    en: 'certificates of the time-stamp have run out, unrenewed',
  },
  RENEWED_TOO_LATE: { zh: '续期时证书已过期', en: 'renewed only after certificates had run out' },
};

/** Why a check was not made, by its code. */
export function reasonText(code: string | undefined): Bilingual {
  if (code !== undefined && isReason(code)) return reasons[code];
  return { zh: code ?? '', en: code ?? '' };
}

/** Why a check did not pass; empty for one that did. Safe to print: entries of a hostile package may hold anything. */
export function faultText({ code, entry, status }: Check): Bilingual {
  if (status === 'pass') return { zh: '', en: '' };
  const where = entry === undefined ? '' : ` ${visibleText(entry)}`;
  const { zh, en } = status === 'fail' ? { zh: code ?? '', en: code ?? '' } : reasonText(code);
  return { zh: `${zh}${where}`, en: `${en}${where}` };
}

function isReason(code: string): code is NotCheckedCode {
  return Object.hasOwn(reasons, code);
}
