import type { NumberingWords } from './numbering-words.ts';

/** 中文用语。 */
export const numberingWordsZh: NumberingWords = {
  labels: { numbering: '此前编号', 'history-lost': '设备端记录丢失', 'clock-changes': '期间时钟改动' },
  phrases: {
    'clock-steady': '设备自查未见',
    'clock-moved': '改动 {0} 秒，时刻（设备时钟）：',
    'clock-not-watched': '未监测',
    'warn-clock': '取证期间设备时钟被改动。',
    'carried-unused': '为该设备带入、尚未使用：{0} 份',
    'numbers-complete': '至 {0} 号全部有交代',
    'numbers-awaited': '待到：{0}',
    'numbers-gap': '缺号：{0}，于 {1} 宣告',
    'number-closed': '未形成证据包即结束（{1}，设备自报）：{0}',
    'numbering-unknown': '服务端未提供',
    'numbers-lost': '设备 {0}：{1} 号在浏览器中的记录已不存在；均已封存',
    'numbers-lost-unsealed': '设备 {0}：{1} 号在浏览器中的记录已不存在；尚未封存：{2}',
    'warn-lost': '浏览器曾丢失此前取证的记录，详见“设备端记录丢失”。',
    'warn-gap': '该设备此前有编号始终未到（缺号），详见“此前编号”。',
    'warn-fork': '该设备曾出现两份不同的历史（分叉）：设备或其数据可能被复制或回退。',
  },
};
