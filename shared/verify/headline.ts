import type { Bilingual, Check, VerificationReport } from './report.ts';
import { type AnchoredCheck, notAnchored } from './verdict.ts';

const names: Record<AnchoredCheck, Bilingual> = {
  'trusted-signer': { zh: '签署人', en: 'signer' },
  'trusted-time': { zh: '时间', en: 'time' },
  'trusted-log': { zh: '日志', en: 'log' },
  protection: { zh: '证书过期后的有效性', en: 'validity after certificates had run out' },
};

/** How many checks passed, failed, and were not made. */
export function countChecks(checks: readonly Check[]): Record<Check['status'], number> {
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  return { pass: count('pass'), fail: count('fail'), 'not-checked': count('not-checked') };
}

/**
 * The one sentence a reader takes away. It says "valid" only of a package whose signer, time and log an anchor of
 * the user vouched for, and otherwise names which of them were not verified.
 */
export function headline({ verdict, checks }: VerificationReport): Bilingual {
  switch (verdict) {
    case 'valid':
      return {
        zh: '有效:封存后未被更改;签署人、时间与日志均由您给出的信任锚证实',
        en: 'valid: unchanged since it was sealed; signer, time and log verified against the anchors you gave',
      };
    case 'intact': {
      const missing = notAnchored(checks).map((id) => names[id]);
      return {
        zh: `完整;${join(
          missing.map(({ zh }) => zh),
          '、',
          '与',
        )}未验证`,
        en: `intact; ${join(
          missing.map(({ en }) => en),
          ', ',
          ' and ',
        )} not verified`,
      };
    }
    case 'invalid': {
      const { fail } = countChecks(checks);
      return {
        zh: `无效:${fail} 项检查未通过`,
        en: `invalid: ${fail} ${fail === 1 ? 'check' : 'checks'} failed`,
      };
    }
    case 'unreadable':
      return { zh: '无法读取:不是可读的封存包', en: 'unreadable: not a readable sealed package' };
  }
}

function join(words: readonly string[], comma: string, and: string): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(comma)}${and}${last}`;
}
