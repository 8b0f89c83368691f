import type { Bilingual } from './report.ts';

interface CheckTexts {
  readonly proves: Bilingual;
  readonly restsOn: Bilingual;
}

const verifier: Bilingual = { zh: '本核验程序', en: 'this verifier' };
const hashes: Bilingual = { zh: 'SHA-256', en: 'SHA-256' };
const device: Bilingual = {
  zh: '取证设备的密钥(设备自报)',
  en: 'the key of the capturing device (device-reported)',
};
const authority: Bilingual = {
  zh: '签发该时间戳的机构;机构是否可信另见 trusted-time',
  en: 'the authority that issued the token; whether it is trusted is judged by trusted-time',
};

/** What each check of a bundle (`bundleChecks`) proves and on whom that rests. */
export const bundleTexts: Readonly<Record<string, CheckTexts>> = {
  container: {
    proves: {
      zh: '证据包是一个严格的 ZIP,条目之间没有多余数据',
      en: 'the bundle is one strict ZIP with nothing between its entries',
    },
    restsOn: verifier,
  },
  datapackage: {
    proves: {
      zh: 'datapackage.json 列出证据包的全部文件,不多不少',
      en: 'datapackage.json lists every file of the bundle, and no other',
    },
    restsOn: verifier,
  },
  'device-signature': {
    proves: {
      zh: '证据包由取证设备签名,签名后未改',
      en: 'the bundle was signed by the capturing device and has not changed since',
    },
    restsOn: device,
  },
  files: {
    proves: {
      zh: '证据包内每个文件与所列 SHA-256 一致',
      en: 'every file of the bundle has its listed SHA-256',
    },
    restsOn: hashes,
  },
  record: {
    proves: {
      zh: '取证记录格式严格、属于签名的设备,未取得的内容已列明',
      en: 'the capture record is well-formed and of the signing device; what could not be captured is listed',
    },
    restsOn: device,
  },
  journal: {
    proves: {
      zh: '操作日志编号连续、逐条相链,自开始至结束完整',
      en: 'the journal is an unbroken chain from the start of the capture to its closing',
    },
    restsOn: hashes,
  },
  chain: {
    proves: {
      zh: '每个材料在固定之前已记入日志,日志所记的材料都在',
      en: 'each artefact was journalled before the anchor, and every journalled one is there',
    },
    restsOn: hashes,
  },
  derived: {
    proves: {
      zh: 'WACZ 的说明文件完全由取证记录得出',
      en: 'the descriptive files of the WACZ follow from the capture record alone',
    },
    restsOn: verifier,
  },
  challenge: {
    proves: {
      zh: '起始时间凭证是给这台设备、这个编号的,日志由它所指的条目开始',
      en: 'the challenge was given to this device for this number; the journal begins with the entry it names',
    },
    restsOn: authority,
  },
  anchor: {
    proves: {
      zh: '固定时间戳正是对本操作日志的,且不早于起始时间',
      en: 'the anchor is over exactly this journal, and not before the challenge',
    },
    restsOn: authority,
  },
  warc: {
    proves: {
      zh: '每条 WARC 记录与其摘要、长度一致,索引与记录相符',
      en: 'every WARC record holds to its digests and lengths; the index follows from the records',
    },
    restsOn: hashes,
  },
  facts: {
    proves: {
      zh: '页面与响应的比对结果(无来源文字、前后差异)格式严格',
      en: 'the comparison of the page with its responses (unexplained text, differences) has its one strict form',
    },
    restsOn: device,
  },
  recording: {
    proves: {
      zh: '录屏由链上各分片依次组成,与操作日志所记分片一致,录屏时间戳对应链首',
      en: 'a recording is exactly the chunks of its chain, those the journal names; its time-stamps are over heads of that chain',
    },
    restsOn: hashes,
  },
  'tls-chains': {
    proves: {
      zh: '所记 TLS 证书链格式严格,每份证书可逐字节还原',
      en: 'recorded TLS certificate chains have their one strict form; every certificate can be had byte for byte',
    },
    restsOn: hashes,
  },
  environment: {
    proves: {
      zh: '清洁性检查报告属于取证记录所指的会话，结论与其所附证据一致，服务端陈述均有签名',
      en: 'the environment report is of the inspection the record names, says nothing its evidence denies, and every statement of the service in it is signed',
    },
    restsOn: device,
  },
};
