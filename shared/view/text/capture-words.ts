import type { PackageState } from '#shared/api/schemas';
import type { Bilingual } from '#shared/verify/report';
import type { CaptureState, CaptureStep } from '../capture-view.ts';

/** Where a capture stands. */
export const stateTexts: Readonly<Record<CaptureState, Bilingual>> = {
  draft: { zh: '取证中', en: 'Capturing' },
  captured: { zh: '已取得', en: 'Captured' },
  anchored: { zh: '已固定', en: 'Anchored' },
  bundled: { zh: '已打包，待上传', en: 'Bundled' },
  uploaded: { zh: '已上传，封存中', en: 'Uploaded' },
  sealed: { zh: '已封存', en: 'Sealed' },
  refused: { zh: '被拒绝', en: 'Refused' },
  failed: { zh: '未成功', en: 'Failed' },
  discarded: { zh: '已放弃', en: 'Discarded' },
};

export const stepTexts: Readonly<Record<CaptureStep, Bilingual>> = {
  challenge: { zh: '起始时间凭证', en: 'Challenge' },
  'open-page': { zh: '打开网页', en: 'Open the page' },
  capture: { zh: '取证', en: 'Capture' },
  'network-record': { zh: '网络记录（WARC）', en: 'Network record (WARC)' },
  'close-record': { zh: '取证记录', en: 'Capture record' },
  anchor: { zh: '时间戳固定', en: 'Anchor' },
  bundle: { zh: '打包并签名', en: 'Bundle and sign' },
  upload: { zh: '上传', en: 'Upload' },
  intake: { zh: '服务端校验', en: 'Intake' },
  seal: { zh: '封存', en: 'Seal' },
};

export const packageStateTexts: Readonly<Record<PackageState, Bilingual>> = {
  receiving: { zh: '接收中', en: 'Receiving' },
  verifying: { zh: '校验中', en: 'Verifying' },
  refused: { zh: '拒绝', en: 'Refused' },
  sealing: { zh: '封存中', en: 'Sealing' },
  waiting: { zh: '等待时间戳、签名设备或见证方', en: 'Waiting for a time-stamp, a key or a witness' },
  sealed: { zh: '已封存', en: 'Sealed' },
  deleted: { zh: '保存期满，已按规定删除', en: 'Deleted after its retention period' },
};
