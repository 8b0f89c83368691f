import type { Bilingual } from '#shared/verify/report';
import type { ErrorCode } from '../error-code.ts';
import { kindErrorTexts } from './kind-errors.ts';
import { serviceErrorTexts } from './service-errors.ts';

/** One sentence for each failure: what happened, what is safe, what to do. */
export const errorTexts: Readonly<Record<ErrorCode, Bilingual>> = {
  ...serviceErrorTexts,
  ...kindErrorTexts,
  URL_MALFORMED: {
    zh: '这不是有效的网址，没有开始取证，请检查后重新输入。',
    en: 'This is not a valid address; no capture was begun. Please check and enter it again.',
  },
  TAB_NOT_FOUND: {
    zh: '找不到要取证的标签页，没有开始取证，请打开目标网页后再试。',
    en: 'There is no tab to capture; no capture was begun. Open the page and try again.',
  },
  TAB_NOT_CAPTURABLE: {
    zh: '浏览器不允许扩展程序查看此页面（浏览器自身页面、应用商店、未授权的本机文件），没有开始取证，请换到普通网页。',
    en: 'The browser lets no extension look at this page (its own pages, the web store, files without permission); no capture was begun. Switch to an ordinary page.',
  },
  TAB_BUSY: {
    zh: '此标签页正在取证，没有另起新的取证，请等它完成。',
    en: 'This tab is being captured already; no second capture was begun. Wait until it is done.',
  },
  RECORDING_NOT_ALLOWED: {
    zh: '浏览器还没有允许录制此标签页，没有开始录制，请在该标签页上点击工具栏的铁证图标（或用快捷键、右键菜单）后再开始。',
    en: 'The browser does not allow recording this tab yet. Click the Tiezheng icon in the toolbar on that tab (or use the shortcut or the context menu), then start again.',
  },
  RECORDER_FAILED: {
    zh: '录制未能开始，没有录到任何内容，请关闭其他正在录制此标签页的程序后重试。',
    en: 'Recording could not begin; nothing was recorded. Close whatever else records this tab and try again.',
  },
  RECORDING_NOT_RUNNING: {
    zh: '此录屏已经结束或已继续处理，内容未改动，请查看取证列表。',
    en: 'This recording is over or has gone on already; nothing was changed. Look at the list of captures.',
  },
  INSPECTION_NEEDS_TWO: {
    zh: '执法取证须有两名操作人，并各填执法证号；没有开始取证会话，请在“制作人”处补全后再开始。',
    en: 'Law enforcement needs two operators, each with a certificate number; no inspection was begun. Fill in “Made by” and begin again.',
  },
  INSPECTION_NOT_OPEN: {
    zh: '没有进行中的取证会话，无须结束；下一次取证会自动开始新的会话，也可以现在开始。',
    en: 'No inspection is open, so there is nothing to end; the next capture begins one by itself, or begin one now.',
  },
  HOST_UNREACHABLE: {
    zh: '无法连接目标网站，没有取得页面；本次编号与失败原因已记入操作日志，请检查网址和网络后重新取证。',
    en: 'The site cannot be reached, so there is no page; number and reason are in the journal. Check address and network, then capture again.',
  },
  CERTIFICATE_ERROR: {
    zh: '浏览器拒绝了目标网站的证书，没有取得页面；本次编号与失败原因已记入操作日志，确认网站身份后可重新取证。',
    en: "The browser refused the site's certificate, so there is no page; number and reason are in the journal. Capture again once the site's identity is clear.",
  },
  DOWNLOAD_INSTEAD_OF_PAGE: {
    zh: '该网址给出的是下载文件而不是网页，没有可取证的页面；本次编号已记入操作日志，文件在浏览器的下载列表中。',
    en: 'The address gave a file to download instead of a page; the number is in the journal, the file in the browser’s downloads.',
  },
  PAGE_NOT_ANSWERING: {
    zh: '页面长时间没有响应，没有取得内容；本次编号与失败原因已记入操作日志，请稍后重新取证。',
    en: 'The page did not answer in time, so nothing was obtained; number and reason are in the journal. Try again later.',
  },
  TAB_CLOSED: {
    zh: '标签页在取证中被关闭；关闭前已保存的材料完好并照常封存，缺少的部分已逐项列出。',
    en: 'The tab was closed while it was captured; what had been stored is safe and is sealed, what is missing is listed.',
  },
  DEBUGGER_REFUSED: {
    zh: '浏览器不允许连接此标签页，没有取得内容；本次编号已记入操作日志，请关闭占用该页的其他调试工具后重试。',
    en: 'The browser did not let us attach to this tab, so nothing was obtained; the number is in the journal. Close other debugging tools on it and try again.',
  },
  DEBUGGER_DETACHED: {
    zh: '调试提示条被关闭，取证中断；此前已保存的材料完好并照常封存，缺少的部分已逐项列出。',
    en: 'The debugging bar was closed and the capture broke off; what had been stored is safe and is sealed, what is missing is listed.',
  },
  CAPTURE_CANCELLED: {
    zh: '取证已取消；编号与取消一事已记入操作日志。',
    en: 'The capture was cancelled; number and cancellation are in the journal.',
  },
  CAPTURE_CUT: {
    zh: '取证中途断开（浏览器或扩展程序被关闭，页面崩溃、跳转或超时）；此前已保存的材料完好，若有页面材料则照常封存并标明中断。',
    en: 'The capture broke off (browser or extension ended, page crashed, left or timed out); what had been stored is safe and, where there is any of the page, sealed with the cut named.',
  },
  ENGINE_FAILED: {
    zh: '取证引擎出错；已保存的材料完好，编号与原因已记入操作日志，请重新取证。',
    en: 'The capture engine failed; what had been stored is safe, number and reason are in the journal. Please capture again.',
  },
  QUOTA_EXCEEDED: {
    zh: '本机存储空间不足；已保存的材料完好，请清理磁盘空间后点“重试”，或重新取证。',
    en: 'This device is running out of storage; what had been stored is safe. Free some disk space, then press Retry or capture again.',
  },
  STORE_FAILED: {
    zh: '本机存储读写失败；已确认保存的材料完好，系统会自动重试，仍失败请重启浏览器。',
    en: 'Reading or writing the local store failed; what was confirmed as stored is safe and this is tried again. If it persists, restart the browser.',
  },
  BLOB_MISSING: {
    zh: '找不到一份应已保存的材料，为避免残缺不予打包；其余材料完好，请保留本机数据并联系管理员。',
    en: 'A file that should be stored is missing, so nothing incomplete is bundled; the rest is safe. Keep this profile and call the administrator.',
  },
  BUNDLE_TOO_LARGE: {
    zh: '材料超过单个证据包的上限（60,000 个文件），未打包；所有材料及其校验值仍完好保存在本机。',
    en: 'The material exceeds the limit of one bundle (60,000 files), so it was not bundled; everything stays stored here with its hashes.',
  },
  BUNDLE_FAILED: {
    zh: '生成证据包时出错；所有材料及其校验值仍完好保存在本机，可点“重试”。',
    en: 'Building the bundle failed; everything stays stored here with its hashes. You can press Retry.',
  },
  CAPTURE_UNKNOWN: {
    zh: '本机没有这个取证编号。',
    en: 'There is no capture with this number on this device.',
  },
  CAPTURE_NOT_DISCARDABLE: {
    zh: '证据包已交给服务端或已封存，不能再放弃；证据完好。',
    en: 'The bundle has reached the service or is sealed and can no longer be discarded; the evidence is safe.',
  },
  CAPTURE_NOT_RETRYABLE: {
    zh: '此次取证没有可以重试的步骤；已保存的内容不变。',
    en: 'There is no step of this capture to try again; what is stored stays as it is.',
  },
  CASE_UNKNOWN: {
    zh: '找不到所选案件，没有开始取证，请重新选择案件或选择“待归案”。',
    en: 'The chosen case is not known here; no capture was begun. Choose again, or capture without a case.',
  },
  REQUEST_MALFORMED: {
    zh: '填写的内容不完整或格式不对，没有执行，请检查后再试。',
    en: 'Something entered is missing or malformed; nothing was done. Please check and try again.',
  },
  INTERNAL: {
    zh: '程序内部出错；已保存的材料完好，请点“重试”，仍失败请联系管理员。',
    en: 'An internal fault; what is stored is safe. Press Retry, and call the administrator if it persists.',
  },
};
