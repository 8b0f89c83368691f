import type { Bilingual } from '#shared/verify/report';
import type { ErrorCode } from '../error-code.ts';

type ServiceErrorCode = Extract<
  ErrorCode,
  | 'NOT_PAIRED'
  | 'ORIGIN_NOT_ALLOWED'
  | 'PAIRING_CODE_WRONG'
  | 'PAIRING_LOCKED'
  | 'DEVICE_NOT_ACCEPTED'
  | `SERVICE_${string}`
  | `CHALLENGE_FILE_${string}`
  | `AUTHORITY_${string}`
  | 'UPLOAD_BROKEN'
  | 'BUNDLE_REFUSED'
  | 'SEALED_BUNDLE_DIFFERS'
  | 'RECEIPT_INVALID'
  | 'PACKAGE_NOT_SEALED'
  | 'CASE_NUMBER_TAKEN'
>;

/** Failures between this device and its service. */
export const serviceErrorTexts: Readonly<Record<ServiceErrorCode, Bilingual>> = {
  NOT_PAIRED: {
    zh: '本机尚未与封存服务配对；证据已完好保存在本机，配对后会自动上传封存。',
    en: 'This device is not paired with a service; the evidence is safe here and is uploaded and sealed once it is.',
  },
  ORIGIN_NOT_ALLOWED: {
    zh: '服务地址须为 https，或本机的 http://127.0.0.1；没有配对，请更正地址或允许访问该地址。',
    en: 'The service must be at https, or at http://127.0.0.1 on this machine; nothing was paired. Correct the address or grant access to it.',
  },
  PAIRING_CODE_WRONG: {
    zh: '配对码不对、已过期或已用过，没有配对；本机证据不受影响，请向管理员索取新的配对码。',
    en: 'The pairing code is wrong, expired or used; nothing was paired and evidence here is not affected. Ask the administrator for a new code.',
  },
  PAIRING_LOCKED: {
    zh: '尝试次数过多，该配对码已作废，没有配对；本机证据不受影响，请稍后用新的配对码再试。',
    en: 'Too many tries: the code is void and nothing was paired; evidence here is not affected. Try later with a new code.',
  },
  DEVICE_NOT_ACCEPTED: {
    zh: '服务端不接受本设备（未登记、已停用或被暂停）；证据已完好保存在本机，请联系管理员，恢复后自动继续。',
    en: 'The service does not accept this device (unknown, revoked or suspended); the evidence is safe here. Call the administrator; it goes on by itself afterwards.',
  },
  SERVICE_UNREACHABLE: {
    zh: '封存服务暂时连接不上；证据已完好保存在本机，服务恢复后会自动继续，无需重新取证。',
    en: 'The service cannot be reached; the evidence is safe here and goes on by itself when the service is back. No need to capture again.',
  },
  SERVICE_REFUSED: {
    zh: '封存服务拒绝了请求；证据已完好保存在本机，系统会再次尝试，仍被拒绝请联系管理员。',
    en: 'The service refused the request; the evidence is safe here and this is tried again. Call the administrator if it persists.',
  },
  SERVICE_ANSWER_MALFORMED: {
    zh: '该地址的回答不符合封存服务的约定；证据已完好保存在本机，请核对服务地址与版本。',
    en: 'What answers at this address does not speak as the service should; the evidence is safe here. Check address and version of the service.',
  },
  CHALLENGE_FILE_MALFORMED: {
    zh: '这不是起始时间凭证文件，没有导入任何内容，请选择管理员给出的文件。',
    en: 'This is not a file of challenges; nothing was imported. Choose the file the administrator gave you.',
  },
  CHALLENGE_FILE_UNTRUSTED: {
    zh: '该文件不是已配对机构签发的，或已被改动，没有导入任何内容，请向管理员索取新文件。',
    en: 'The file is not signed by the organisation this device is paired with, or was altered; nothing was imported. Ask the administrator for a new one.',
  },
  CHALLENGE_FILE_USELESS: {
    zh: '文件中没有可供本设备使用的新凭证（属于其他设备，或已导入过），没有导入任何内容。',
    en: 'The file holds no challenge that is new and for this device; nothing was imported.',
  },
  AUTHORITY_MALFORMED: {
    zh: '时间戳机构的地址须为 http 或 https，根证书须为 PEM；设置未改动，请更正。',
    en: 'A time-stamp authority needs an http or https address, its roots PEM; nothing was changed. Please correct it.',
  },
  AUTHORITY_FAILED: {
    zh: '所设时间戳机构均未给出有效时间戳；证据已完好保存在本机，连上服务后继续，固定时间以收到为准。',
    en: 'None of the time-stamp authorities gave a good token; the evidence is safe here and goes on once the service is reached, its time then being that of receipt.',
  },
  UPLOAD_BROKEN: {
    zh: '上传途中数据受损，服务端未收下；本机证据完好，会自动重新上传。',
    en: 'Data was damaged on the way and not accepted; the evidence here is intact and is uploaded again.',
  },
  BUNDLE_REFUSED: {
    zh: '服务端校验未通过，拒绝封存；签名回执与全部材料仍保存在本机，请联系管理员查明原因。',
    en: 'The service checked the bundle and refused to seal it; its signed receipt and all material stay stored here. Ask the administrator for the reason.',
  },
  SEALED_BUNDLE_DIFFERS: {
    zh: '服务端回执所指的证据包与本机的不一致，不能视为已封存；本机证据完好，请立即联系管理员。',
    en: 'The receipt of the service speaks of another bundle than ours: do not treat it as sealed. The evidence here is intact; call the administrator at once.',
  },
  RECEIPT_INVALID: {
    zh: '服务端回执的签名无法用配对时取得的证书验证，不能视为已封存；本机证据完好，请联系管理员。',
    en: 'The receipt is not signed by the organisation this device was paired with: do not treat it as sealed. The evidence here is intact; call the administrator.',
  },
  PACKAGE_NOT_SEALED: {
    zh: '封存尚未完成，还没有可打开的封存包；证据完好，请稍候。',
    en: 'Sealing is not finished, so there is no package to open yet; the evidence is safe. Please wait.',
  },
  CASE_NUMBER_TAKEN: {
    zh: '该案件编号已用于另一案件，没有新建，请核对编号。',
    en: 'This case number belongs to another case; nothing was created. Check the number.',
  },
};
