import type { Language } from '#shared/view/language';

/** Words of the offline page. */
interface PageText {
  readonly title: string;
  readonly intro: string;
  readonly otherLanguage: string;
  readonly packages: string;
  readonly packagesHint: string;
  readonly choosePackages: string;
  readonly chooseFolder: string;
  readonly trust: string;
  readonly trustHint: string;
  readonly chooseTrust: string;
  readonly noTrust: string;
  readonly rootCertificate: string;
  readonly logKey: string;
  readonly witnessKey: string;
  readonly demandsWitnesses: (count: number) => string;
  readonly demandsTimeStamps: (count: number) => string;
  readonly remove: string;
  readonly clear: string;
  readonly print: string;
  readonly waiting: string;
  readonly running: (done: number, total: number) => string;
  readonly unusableTrust: (name: string) => string;
  readonly cannotRead: string;
  readonly file: string;
  readonly verdict: string;
  readonly excerpts: string;
  readonly excerptsHint: string;
  readonly chooseExcerpts: string;
  readonly footer: string;
}

export const pageText: Readonly<Record<Language, PageText>> = {
  zh: {
    title: '封存包离线核验',
    intro: '全部在本机进行：本页不联网，也不向任何一方发送数据。断网亦可使用。',
    otherLanguage: 'English',
    packages: '封存包',
    packagesHint: '把 .asice / .asics 文件拖到本页，或',
    choosePackages: '选择文件',
    chooseFolder: '选择文件夹',
    trust: '信任锚',
    trustHint: '您从别处取得的信任文件：CA 证书、日志或见证方公钥。不要使用封存包里自带的。',
    chooseTrust: '选择信任文件',
    noTrust: '未给出信任锚：签署人、时间与日志不予核实，结论至多为“完整”。',
    rootCertificate: '根证书',
    logKey: '日志',
    witnessKey: '见证方',
    demandsWitnesses: (count) => `要求至少 ${count} 个见证方会签`,
    demandsTimeStamps: (count) => `要求至少 ${count} 家机构的时间戳`,
    remove: '移除',
    clear: '清空',
    print: '打印核验记录',
    waiting: '等待核验',
    running: (done, total) => `核验中 ${done} / ${total}`,
    unusableTrust: (name) => `信任文件无法使用：${name}`,
    cannotRead: '无法读取此文件',
    file: '文件',
    verdict: '结论',
    excerpts: '核对录屏摘录',
    excerptsHint: '选择一段视频文件，核对它是否为此封存包内录屏的一部分。',
    chooseExcerpts: '选择摘录文件',
    footer:
      '核验依据公开格式与标准算法；不使用本页，也可依封存包内 README.txt 用 sha256sum 与 openssl 核验。',
  },
  en: {
    title: 'Offline verification of sealed packages',
    intro:
      'Everything happens on this machine: the page uses no network and sends nothing. It works offline.',
    otherLanguage: '中文',
    packages: 'Packages',
    packagesHint: 'Drop .asice / .asics files anywhere on the page, or',
    choosePackages: 'choose files',
    chooseFolder: 'choose a folder',
    trust: 'Trust anchors',
    trustHint:
      'Trust files you obtained elsewhere: CA certificates, keys of logs and witnesses. Never those inside a package.',
    chooseTrust: 'choose trust files',
    noTrust:
      'No trust anchor given: signer, time and log are not verified, and the best verdict is “intact”.',
    rootCertificate: 'root certificate',
    logKey: 'log',
    witnessKey: 'witness',
    demandsWitnesses: (count) => `demands cosignatures of ${count} witnesses`,
    demandsTimeStamps: (count) => `demands time-stamps of ${count} authorities`,
    remove: 'remove',
    clear: 'Clear',
    print: 'Print the record',
    waiting: 'waiting',
    running: (done, total) => `verifying ${done} / ${total}`,
    unusableTrust: (name) => `Unusable trust file: ${name}`,
    cannotRead: 'This file cannot be read',
    file: 'File',
    verdict: 'Verdict',
    excerpts: 'Check an excerpt',
    excerptsHint: 'Choose a video file to see whether it is part of the recording in this package.',
    chooseExcerpts: 'choose excerpts',
    footer:
      'Public formats and standard algorithms: without this page, follow README.txt inside a package with sha256sum and openssl.',
  },
};
