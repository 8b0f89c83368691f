import type { Bilingual } from '#shared/verify/report';

/** Refusals people meet on these pages: what happened, what to do. */
const sentences = {
  SERVICE_UNREACHABLE: {
    zh: '连接不上服务，请检查网络后重试。',
    en: 'The service cannot be reached. Check the network and try again.',
  },
  SERVICE_ANSWER_MALFORMED: {
    zh: '服务的回答无法识别，请刷新页面；仍如此请联系管理员。',
    en: 'The service answered something unknown. Reload the page; call the administrator if it persists.',
  },
  SIGN_IN_WRONG: {
    zh: '用户名、密码或验证码不对，没有登录或更改。',
    en: 'Name, password or code is wrong; nothing was done.',
  },
  SIGN_IN_LOCKED: {
    zh: '失败次数过多，此用户名暂时锁定，请稍后再试。',
    en: 'Too many failures: this name is locked for a while. Try later.',
  },
  SIGN_IN_STALE: {
    zh: '更改登录方式前须重新登录，请退出后再登录一次。',
    en: 'Sign out and in again before changing how you sign in.',
  },
  TOTP_REQUIRED: { zh: '还须输入动态验证码。', en: 'A one-time code is needed too.' },
  TOTP_WRONG: {
    zh: '验证码不对或已用过，请等待下一个再试；也请检查手机时间是否准确。',
    en: 'The code is wrong or was used. Wait for the next one, and check the clock of the phone.',
  },
  INVITATION_UNKNOWN: {
    zh: '邀请链接无效、已用过或已过期，请向管理员重新索取。',
    en: 'The invitation is unknown, used or expired. Ask the administrator for a new one.',
  },
  PASSWORDS_DIFFER: { zh: '两次输入的密码不一致。', en: 'The two passwords differ.' },
  REQUEST_MALFORMED: {
    zh: '填写的内容不完整或格式不对，没有执行。',
    en: 'Something entered is missing or malformed; nothing was done.',
  },
  RATE_LIMITED: { zh: '请求过于频繁，请一分钟后再试。', en: 'Too many requests. Try again in a minute.' },
  ROLE_FORBIDDEN: { zh: '您的角色无权进行此操作。', en: 'Your role may not do this.' },
  CREDENTIALS_MISSING: { zh: '登录已失效，请重新登录。', en: 'You are no longer signed in.' },
  SESSION_UNKNOWN: { zh: '登录已失效，请重新登录。', en: 'You are no longer signed in.' },
  CSRF_REFUSED: {
    zh: '请求未被接受，请刷新页面后重试。',
    en: 'The request was not accepted. Reload the page.',
  },
  PASSKEY_REFUSED: {
    zh: '通行密钥未被接受：不认识、已移除，或计数异常；请改用其他方式登录并通知管理员。',
    en: 'The passkey is not accepted: unknown, removed, or its counter is wrong. Sign in another way and tell the administrator.',
  },
  PASSKEY_CANCELLED: {
    zh: '通行密钥操作已取消或超时，没有更改。',
    en: 'The passkey was cancelled or took too long; nothing was done.',
  },
  PASSKEY_KNOWN: { zh: '此通行密钥已经添加过。', en: 'This passkey has been added already.' },
  PASSKEY_UNKNOWN: {
    zh: '没有这个通行密钥，可能已被移除。',
    en: 'There is no such passkey; it may have been removed.',
  },
  PASSKEYS_UNAVAILABLE: {
    zh: '此地址或浏览器不能使用通行密钥。',
    en: 'Passkeys cannot be used at this address or in this browser.',
  },
  TOO_MANY_PASSKEYS: {
    zh: '通行密钥已达上限，请先移除不用的。',
    en: 'You have as many passkeys as one may have. Remove one first.',
  },
  OIDC_NOT_CONFIGURED: { zh: '没有配置统一认证。', en: 'No identity provider is configured.' },
  OIDC_UNAVAILABLE: {
    zh: '统一认证暂时无法访问，请稍后再试或改用其他方式登录。',
    en: 'The identity provider does not answer. Try later or sign in another way.',
  },
  OIDC_FLOW_UNKNOWN: {
    zh: '这次登录不是在此浏览器发起的，或已过期，请重新登录。',
    en: 'This sign-in was not begun in this browser, or is over. Begin again.',
  },
  OIDC_REFUSED: {
    zh: '统一认证没有确认您的身份，没有登录。',
    en: 'The identity provider did not confirm who you are; nobody was signed in.',
  },
  IDENTITY_UNKNOWN: {
    zh: '您在统一认证的身份未与本系统用户绑定，请使用邀请链接或请管理员绑定。',
    en: 'Your identity there is bound to no user here. Use your invitation, or ask the administrator to bind it.',
  },
  IDENTITY_TAKEN: {
    zh: '该身份已绑定其他用户，没有更改。',
    en: 'That identity is bound to somebody else; nothing was done.',
  },
  INTERNAL: {
    zh: '程序内部出错，请重试；仍如此请联系管理员。',
    en: 'An internal fault. Try again; call the administrator if it persists.',
  },
} satisfies Readonly<Record<string, Bilingual>>;

/** The sentence for a code; of a code these pages do not expect, that of an internal fault. */
export function errorText(code: string): Bilingual {
  return Object.hasOwn(sentences, code) ? sentences[code as keyof typeof sentences] : sentences.INTERNAL;
}
