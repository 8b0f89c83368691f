import type { ItemKind } from '#shared/environment/items';
import type { Mark } from '#shared/environment/mark';
import { certificateTextEn } from '#shared/seal/certificate/text-en';
import { certificateTextZh } from '#shared/seal/certificate/text-zh';
import type { Bilingual } from '#shared/verify/report';

/** Findings in a word; the certificate has the whole sentence. */
const findings: Readonly<Record<string, Bilingual>> = {
  online: { zh: '在线', en: 'online' },
  offline: { zh: '离线', en: 'offline' },
  none: { zh: '没有', en: 'none' },
  set: { zh: '已设置', en: 'set' },
  system: { zh: '随操作系统', en: 'that of the system' },
  'not-readable': { zh: '无法读取', en: 'cannot be read' },
  seen: { zh: '已见', en: 'seen' },
  'not-seen': { zh: '未见', en: 'not seen' },
  right: { zh: '相符', en: 'agrees' },
  off: { zh: '相差较大', en: 'off' },
  'not-measured': { zh: '未能校对', en: 'not measured' },
  stated: { zh: '已记录', en: 'recorded' },
  listed: { zh: '已列出', en: 'listed' },
  'not-checked': { zh: '未检查', en: 'not checked' },
  enough: { zh: '充足', en: 'enough' },
  low: { zh: '不足', en: 'low' },
  known: { zh: '已知版本', en: 'known build' },
  unknown: { zh: '未知版本', en: 'unknown build' },
  'not-compared': { zh: '未比对', en: 'not compared' },
};

const both = (pick: (text: typeof certificateTextZh) => string): Bilingual => ({
  zh: pick(certificateTextZh),
  en: pick(certificateTextEn),
});

/** Words for the items of an inspection, those of the certificate where it has them. */
export const itemWords = {
  label: (kind: ItemKind) => both(({ labels }) => labels[`item-${kind}`]),
  mark: (mark: Mark) => both(({ marks }) => marks[mark]),
  finding: (finding: string): Bilingual => findings[finding] ?? { zh: finding, en: finding },
};
