import type { CaptureRequestRow } from '../store/rows.ts';

const page =
  'Chromium 扩展程序经浏览器调试接口（chrome.debugger）自动取证：先按原样保存页面，再按所选方式重新加载，滚动触发延迟内容，' +
  '停止脚本后分块截图、保存 MHTML 与各框架 DOM，并将经浏览器接收的网络往来写入 WARC。每项材料存储时即计算 SHA-256 并写入操作日志。';

const recording =
  'Chromium 扩展程序录制标签页的画面与声音（chrome.tabCapture，MediaRecorder）。' +
  '约每五秒成一分片，存储时即计算 SHA-256、并入录屏链并写入操作日志；录制期间定时对链首加盖时间戳。';

const region = `${page}操作人先在页面上选定区域，选框在取证前移除；区域的截图、文字与 DOM 按原样及重新加载后各取一份，整页材料一并保存。`;

const file =
  'Chromium 扩展程序在空白标签页中自行请求该文件（chrome.debugger），停用缓存，带浏览器的 Cookie 与来源页面的 Referer，' +
  '在浏览器处理之前取得响应内容的准确字节，分片存储并计算 SHA-256，写入 WARC 与操作日志。';

/** Of a recording without sound, taken through the debugger. */
export const silentRecordingMethod =
  'Chromium 扩展程序经浏览器调试接口逐幅取得标签页画面（Page.startScreencast），不含声音，按各幅画面的绘制时间编码为 WebM。' +
  '页面不变化时每秒重复最后一幅；标签页不在前台时没有画面。约每五秒成一分片，存储时即计算 SHA-256、并入录屏链并写入操作日志；' +
  '录制期间定时对链首加盖时间戳。';

/** What the record says of how it was taken, by kind. */
export const captureMethods: Readonly<Record<NonNullable<CaptureRequestRow['kind']> | 'page', string>> = {
  page,
  region,
  file,
  step: `${page}本次为连续取证中的一步，记录中写明上一步的编号及其取证记录的校验值。`,
  recording,
};
