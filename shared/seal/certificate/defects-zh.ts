import type { CertificateText } from './text.ts';

/** 证据包自身的缺陷与只有服务端可见的缺陷的中文用语。 */
export const defectsZh: CertificateText['defects'] = {
  'no-challenge': '没有起始时间凭证',
  'challenge-stale': '起始时间凭证与固定之间的时间过长',
  'no-anchor': '没有时间戳固定',
  'no-anchor-proof': '固定的时间戳与日志证明缺其一',
  'device-clock-differs': '设备时钟与时间戳相差两分钟以上',
  'clock-changed': '取证期间设备时钟被改动',
  'no-warc': '没有记录到网络请求',
  'no-index': '没有网络记录的索引',
  'carried-challenge': '起始时间凭证来自事先带入的文件：编号为设备自报，时间仅为最早界限',
  'environment-not-ours': '清洁性检查报告中的服务端陈述并非本服务所签',
  'anchor-not-ours': '固定时间戳由其他机构签发，并非本服务',
  'device-suspended': '接收时该设备处于暂停状态',
  'device-forked-before': '该设备曾出现两份不同的历史（分叉），后经恢复',
  'device-revoked-after-anchor': '该设备在固定之后被停用',
  'numbers-missing': '该设备此前有编号始终未到',
  'arrived-after-gap': '在其编号已宣告缺失之后才到达',
  'sound-without-text': '录有声音但没有文字记录',
};
