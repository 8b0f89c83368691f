import type { KindWords } from './kind-words.ts';

export const kindWordsZh: KindWords = {
  labels: { sequence: '连续取证', region: '选定区域', file: '文件' },
  captureKinds: {
    page: '网页',
    region: '区域',
    recording: '录屏',
    file: '文件',
    step: '步骤',
    imported: '导入',
    monitoring: '监测',
  },
  artefacts: {
    region: '选定区域截图',
    'region-text': '选定区域文字',
    'region-dom': '选定区域 DOM',
    file: '文件',
  },
  whats: {
    region: '选定区域',
    file: '文件',
  },
  phrases: {
    'sequence-step': '第 {0} 步，序列 {1}“{2}”：{3}',
    'sequence-first': '第一步',
    'sequence-follows': '接续 {0}，其取证记录的 SHA-256：',
    'sequence-follows-failed': '接续 {0}，该步未成功，没有取证记录',
    'sequence-withdrawn': '操作人已撤回上一步的说明',
    'sequence-last': '操作人声明此为最后一步',
    'region-element': '操作人选定的页面元素：',
    'region-rectangle': '操作人划定的矩形，位于：',
    'region-found': '原样：x {0}，y {1}，{2} × {3} CSS 像素',
    'region-reloaded': '重新加载后：x {0}，y {1}，{2} × {3} CSS 像素',
    'region-text': '区域内文字，共 {0} 个字符：',
    'file-name': '服务器给出的文件名：{0}；媒体类型 {1}；HTTP 状态 {2}',
    'file-size': '{0} 字节，SHA-256：',
    'file-again': '由扩展程序自行请求取得；文件网址与提供该文件的页面：',
    'file-link': '操作人选定的链接：“{0}”，{1}',
    'file-partial': '不完整：传输中断',
  },
};
