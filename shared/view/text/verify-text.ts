import type { Language } from '../language.ts';

/** Words around a verification; those of checks, facts and claims come with the report. */
export interface VerifyText {
  readonly passed: (count: number) => string;
  readonly failed: (count: number) => string;
  readonly notChecked: (count: number) => string;
  readonly facts: string;
  readonly checks: string;
  readonly result: string;
  readonly provesColumn: string;
  readonly restsOnColumn: string;
  readonly proves: string;
  readonly restsOn: string;
  readonly doesNotProve: string;
  readonly ledger: string;
  readonly ledgerNote: string;
  readonly ledgerEmpty: string;
  readonly showAll: (count: number) => string;
  readonly pictures: string;
  readonly picturesNote: string;
  readonly noPictures: string;
  readonly pictureFailed: string;
  readonly previous: string;
  readonly next: string;
  readonly contentsWithheld: string;
}

export const verifyText: Readonly<Record<Language, VerifyText>> = {
  zh: {
    passed: (count) => `通过 ${count} 项`,
    failed: (count) => `未通过 ${count} 项`,
    notChecked: (count) => `未检查 ${count} 项`,
    facts: '封存包自述的事实（已核对者）',
    checks: '逐项核验',
    result: '结果',
    provesColumn: '核验事项',
    restsOnColumn: '依据',
    proves: '证明什么',
    restsOn: '依据什么',
    doesNotProve: '不能证明什么',
    ledger: '未能取得的内容',
    ledgerNote: '取证记录逐项列明；未列于此的内容，也不因此被证明存在。',
    ledgerEmpty: '取证记录中没有未能取得的内容。',
    showAll: (count) => `显示全部 ${count} 项`,
    pictures: '截图',
    picturesNote: '取自封存包内的原始截图文件，未作改动。',
    noPictures: '本次取证没有截图。',
    pictureFailed: '这张截图无法显示。',
    previous: '上一张',
    next: '下一张',
    contentsWithheld: '证据包的检查没有全部通过，不显示其内容。',
  },
  en: {
    passed: (count) => `${count} passed`,
    failed: (count) => `${count} failed`,
    notChecked: (count) => `${count} not checked`,
    facts: 'What the package says, as far as it was checked',
    checks: 'Check by check',
    result: 'Result',
    provesColumn: 'What was checked',
    restsOnColumn: 'Rests on',
    proves: 'What this proves',
    restsOn: 'What it rests on',
    doesNotProve: 'What it does not prove',
    ledger: 'What could not be captured',
    ledgerNote: 'As the capture record lists it. What is not listed is not thereby proved to have existed.',
    ledgerEmpty: 'The capture record lists nothing that could not be captured.',
    showAll: (count) => `Show all ${count}`,
    pictures: 'Pictures',
    picturesNote: 'The original picture files from the package, unchanged.',
    noPictures: 'This capture has no pictures.',
    pictureFailed: 'This picture cannot be shown.',
    previous: 'Previous',
    next: 'Next',
    contentsWithheld: 'Not every check of the bundle held, so its contents are not shown.',
  },
};
