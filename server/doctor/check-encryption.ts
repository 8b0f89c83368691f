import { CodedError } from '#shared/lib/errors';
import type { EncryptionState } from './check-database.ts';
import { type Finding, findingsOf } from './finding.ts';

/**
 * Whether evidence is encrypted at rest, how much of it, and whether its key is here.
 * @param tryKey where a master key is configured: opens it and holds it against the proof; gives its name.
 */
export async function checkEncryption(
  state: EncryptionState | undefined,
  tryKey: ((proof: string) => Promise<string>) | undefined,
): Promise<readonly Finding[]> {
  const { pass, warn, fail } = findingsOf('encryption');
  if (state === undefined) return [];
  const { encrypted, plain, proof } = state;
  if (tryKey === undefined)
    return [
      proof === undefined
        ? warn(
            `off: ${plain} packages are in the clear (setting encryption)`,
            `未启用:${plain} 个封存包以明文保存(设置项 encryption)`,
          )
        : fail(
            `${encrypted} packages are encrypted, and no setting names their master key: the service will not start`,
            `${encrypted} 个封存包已加密,但配置未指明主密钥:服务将无法启动`,
          ),
    ];
  if (proof === undefined)
    return [
      warn(
        `configured, and begins with the next start; ${plain} packages are in the clear`,
        `已配置,下次启动后生效;${plain} 个封存包以明文保存`,
      ),
    ];
  const counts = {
    en: `${encrypted} packages are encrypted, ${plain} are in the clear`,
    zh: `已加密 ${encrypted} 个封存包,明文 ${plain} 个`,
  };
  try {
    const name = await tryKey(proof);
    return [pass(`${counts.en}; the master key ${name} opens them`, `${counts.zh};主密钥 ${name} 可用`)];
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [
      fail(
        `${counts.en}; their master key cannot be used: ${error.code}`,
        `${counts.zh};其主密钥不可用:${error.code}`,
      ),
    ];
  }
}
