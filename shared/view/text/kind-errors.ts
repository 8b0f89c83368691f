import type { Bilingual } from '#shared/verify/report';
import type { ErrorCode } from '../error-code.ts';

type KindCode = Extract<ErrorCode, `REGION_${string}` | `FILE_${string}` | `SEQUENCE_${string}`>;

/** Failures of choosing regions, fetching files and linking steps. */
export const kindErrorTexts: Readonly<Record<KindCode, Bilingual>> = {
  REGION_NOT_CHOSEN: {
    zh: '没有选定区域，没有开始取证；页面上的选框已移除，需要时请重新选择。',
    en: 'No region was chosen and no capture was begun; the frame is gone from the page. Choose again when needed.',
  },
  FILE_NOT_FETCHABLE: {
    zh: '此文件不能由扩展程序重新请求（不是 http 或 https 网址、由页面脚本生成，或此浏览器不支持），没有开始取证；请对提供文件的页面取证或录屏。',
    en: 'This file cannot be asked for again (no http or https address, made by a script of the page, or not possible in this browser); no capture was begun. Capture or record the page that offers it.',
  },
  SEQUENCE_UNKNOWN: {
    zh: '本机没有这个连续取证，或没有可撤回的说明，没有执行；请在面板中重新开始。',
    en: 'There is no such sequence on this device, or no label to take back; nothing was done. Begin again in the panel.',
  },
  SEQUENCE_ENDED: {
    zh: '此连续取证已结束，不能再加步骤；已取得的各步完好，请另开一个。',
    en: 'This sequence has ended and takes no more steps; those taken are safe. Begin another one.',
  },
  SEQUENCE_STEP_RUNNING: {
    zh: '上一步尚未完成，没有开始新的一步；请等它取证结束后再加。',
    en: 'The step before is not done yet; no new step was begun. Wait until it is, then add the step.',
  },
};
