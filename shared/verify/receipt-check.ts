import * as v from 'valibot';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { sha256Hex } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { packagePath } from '#shared/seal/layout';
import { type Receipt, receiptSchema } from '#shared/seal/receipt';
import type { CheckDefinition } from './check-definition.ts';
import { inEntry } from './in-entry.ts';
import { bytesAt, memberAt } from './package-members.ts';
import { requireStatement } from './require-statement.ts';
import { need, type Verification } from './verification.ts';
import { VerifyError } from './verify-error.ts';

const entry = packagePath.receipt;

/** The service's answer to the upload. */
export const receiptCheck: CheckDefinition = {
  id: 'receipt',
  proves: {
    zh: '服务端接收并复核的正是这个证据包,回执由封存机构签署并记入日志',
    en: 'the service received and re-checked this very bundle; its receipt is signed by the sealing organisation and logged',
  },
  restsOn: {
    zh: '封存机构的签名密钥与日志(服务端所见)',
    en: 'the signing key and the log of the sealing organisation (service-observed)',
  },
  run: (verification) =>
    inEntry(entry, async () => {
      const receipt = parseReceipt(bytesAt(need(verification, 'members'), entry));
      requireSameBundle(verification, receipt);
      const signed = toUtf8(canonicalJson(receipt.receipt));
      const leaf = { type: 'evidence-receipt/v1', receipt: sha256Hex(signed) } as const;
      const at = Date.parse(receipt.receipt.receivedAt);
      await requireStatement(verification, { ...receipt, signed, leaf, at, entry });
      verification.found.receipt = receipt;
    }),
};

function parseReceipt(bytes: Uint8Array): Receipt {
  let value: Json;
  let canonical: boolean;
  try {
    const text = fromUtf8(bytes);
    value = JSON.parse(text);
    canonical = `${canonicalJson(value)}\n` === text;
  } catch (cause) {
    throw new VerifyError('RECEIPT_MALFORMED', 'the receipt is not JSON', { entry, cause });
  }
  if (!canonical) throw new VerifyError('NOT_CANONICAL', 'the receipt is not in RFC 8785 form', { entry });
  const parsed = v.safeParse(receiptSchema, value);
  if (parsed.success) return parsed.output;
  throw new VerifyError('RECEIPT_MALFORMED', `the receipt: ${parsed.issues[0].message}`, { entry });
}

function requireSameBundle(verification: Verification, { receipt }: Receipt): void {
  const captureId = need(verification, 'captureId');
  const { sha256, size } = memberAt(need(verification, 'members'), packagePath.bundle(captureId));
  const { externalIdentifier } = need(verification, 'bagInfo');
  const same =
    receipt.package === externalIdentifier &&
    receipt.capture === captureId &&
    receipt.bundle.sha256 === sha256 &&
    receipt.bundle.bytes === size &&
    receipt.verdict === 'accepted' &&
    receipt.refusal === null;
  if (!same) throw new VerifyError('RECEIPT_MISMATCH', 'the receipt is for another upload', { entry });
}
