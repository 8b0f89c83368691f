import type { CarriedChallengesFile } from '#shared/api/carried-challenges';
import type { CarriedChallengeFile } from '#shared/bundle/challenge';
import { toBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { toUtf8 } from '#shared/lib/utf8';
import { certifyChallenge } from './certify-challenge.ts';
import type { IntakeContext } from './intake-context.ts';
import { certificatesOf } from './issue-receipt.ts';

type CarryContext = Pick<IntakeContext, 'store' | 'log' | 'stamper' | 'signer' | 'now'>;

/** How many challenges are stamped and logged at a time. */
const AT_ONCE = 8;

/**
 * Issues one-use challenges 起始时间凭证 in a signed file, for devices that cannot reach the service: each is
 * time-stamped, logged and stored before the file is handed out. They know no number; intake takes each once.
 * @param owner whose devices may use them; `device` narrows it to one.
 * @throws IntakeError TIME_STAMP_FAILED, LOG_FAILED: then no file exists, and what was logged is of no use to anyone
 */
export async function carryChallenges(
  context: CarryContext,
  owner: { readonly organisation: string; readonly name: string; readonly device: string | null },
  count: number,
): Promise<CarriedChallengesFile> {
  const { store, signer, now } = context;
  const told = { version: 2 as const, device: owner.device };
  const challenges: CarriedChallengeFile[] = [];
  while (challenges.length < count) {
    const some = Math.min(AT_ONCE, count - challenges.length);
    challenges.push(
      ...(await Promise.all(Array.from({ length: some }, () => certifyChallenge(context, told)))),
    );
  }
  const statement = {
    version: 1 as const,
    type: 'tiezheng-challenges' as const,
    organisation: owner.name,
    issuedAt: now().toISOString(),
    challenges,
  };
  const signature = toBase64(await signer.sign(toUtf8(canonicalJson(statement))));
  await store.carriedChallenges.add(
    challenges.map((file) => ({
      nonce: file.challenge.nonce,
      organisation: owner.organisation,
      device: owner.device,
      issuedAt: Date.parse(file.challenge.issuedAt),
      file: JSON.stringify(file),
      usedBy: null,
    })),
  );
  return { statement, signature, certificate: certificatesOf(signer) };
}
