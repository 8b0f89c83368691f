export type FindingStatus = 'pass' | 'warn' | 'fail';

/** What one look at the installation found. */
export interface Finding {
  readonly check: CheckName;
  readonly status: FindingStatus;
  /** One sentence each. */
  readonly en: string;
  readonly zh: string;
}

/** Name of each check in both languages. */
export const checkNames = {
  data: { en: 'data directory', zh: '数据目录' },
  lock: { en: 'running service', zh: '运行状态' },
  disk: { en: 'disk space', zh: '磁盘空间' },
  files: { en: 'file system', zh: '文件系统' },
  database: { en: 'database', zh: '数据库' },
  packages: { en: 'packages', zh: '封存包' },
  retention: { en: 'retention', zh: '保存期' },
  encryption: { en: 'encryption at rest', zh: '静态加密' },
  keys: { en: 'keys and certificates', zh: '密钥与证书' },
  'time-stamp': { en: 'time-stamp services', zh: '时间戳服务' },
  'clock-source': { en: 'source of the clock', zh: '时钟来源' },
  clock: { en: 'clock', zh: '时钟' },
  witnesses: { en: 'witnesses', zh: '见证方' },
} as const;
export type CheckName = keyof typeof checkNames;

/** Makes findings of one check. */
export function findingsOf(check: CheckName) {
  const make =
    (status: FindingStatus) =>
    (en: string, zh: string): Finding => ({ check, status, en, zh });
  return { pass: make('pass'), warn: make('warn'), fail: make('fail') };
}
