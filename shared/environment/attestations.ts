/** What only a person can say of the device: the browser shows none of it to an extension (law: 清洁性检查 items). */
export const attestationIds = [
  'antivirus',
  'processes',
  'history',
  'hosts-file',
  'route',
  'device-ownership',
  'network-ownership',
  'software-origin',
] as const;
export type AttestationId = (typeof attestationIds)[number];

/** The exact sentence a person puts a mark to; it is stored with the mark. */
export const attestationSentences: Readonly<
  Record<AttestationId, { readonly zh: string; readonly en: string }>
> = {
  antivirus: {
    zh: '本人已在本次取证会话开始前用杀毒软件扫描本机，未发现恶意程序。',
    en: 'I scanned this device with anti-virus software before this inspection; it found no malware.',
  },
  processes: {
    zh: '本人已在任务管理器中查看运行的程序与进程，未见远程控制、抓包或改包程序。',
    en: 'I reviewed the running programs and processes; I saw none for remote control or for intercepting or altering traffic.',
  },
  history: {
    zh: '本人已在本次取证会话开始前清除浏览器的历史记录、缓存和 Cookie。',
    en: 'I cleared the history, cache and cookies of the browser before this inspection.',
  },
  'hosts-file': {
    zh: '本人已查看本机 hosts 文件，其中没有指向取证对象的条目。',
    en: 'I looked at the hosts file of this device; no entry in it concerns what is captured.',
  },
  route: {
    zh: '本人已用 ipconfig（或 ifconfig）与路由跟踪命令查看网络连接，未见异常。',
    en: 'I looked at the network connection with ipconfig (or ifconfig) and a route trace and saw nothing unusual.',
  },
  'device-ownership': {
    zh: '取证设备属于本单位，由本单位保管使用。',
    en: 'The capturing device belongs to my organisation and is kept and used by it.',
  },
  'network-ownership': {
    zh: '取证所用网络为本单位网络。',
    en: 'The network used belongs to my organisation.',
  },
  'software-origin': {
    zh: '浏览器与取证扩展程序由本单位从其发布渠道取得并安装。',
    en: 'My organisation obtained and installed the browser and this extension from where they are published.',
  },
};
