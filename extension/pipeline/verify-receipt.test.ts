import { expect, test } from 'vitest';
import { toBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { toUtf8 } from '#shared/lib/utf8';
import { toPem } from '#shared/pki/pem';
import type { Receipt } from '#shared/seal/receipt';
import { issue, type TestIdentity, type TestKeyKind } from '../../test/fixtures/issue-certificate.ts';
import { browserPorts } from '../host/browser-ports.ts';
import { verifyReceipt } from './verify-receipt.ts';

const bundle = { sha256: 'ab'.repeat(32), bytes: 7 };
const packageId = 'EVD-AAAAAAAAAAAAAAAA';

async function receiptBy(signer: TestIdentity, ...between: TestIdentity[]): Promise<Receipt> {
  const receipt: Receipt['receipt'] = {
    version: 1,
    package: packageId,
    capture: null,
    bundle: bundle as Receipt['receipt']['bundle'],
    verdict: 'accepted',
    refusal: null,
    receivedAt: new Date().toISOString(),
    defects: [],
  };
  return {
    receipt,
    signature: toBase64(await signer.sign(toUtf8(canonicalJson(receipt)))),
    certificate: [signer, ...between].map(({ certificate }) => toPem('CERTIFICATE', certificate)).join(''),
    proof: '',
  };
}

test.each(['p256', 'p384', 'rsa'] as const)(
  'holds under a %s key below an intermediate',
  async (kind: TestKeyKind) => {
    const root = await issue('Root', { pathLength: 1 });
    const middle = await issue('Middle', { issuer: root, pathLength: 0 });
    const signer = await issue('Signer', { issuer: middle, kind });
    const trust = toPem('CERTIFICATE', root.certificate);
    const receipt = await receiptBy(signer, middle);
    await verifyReceipt(browserPorts, receipt, { packageId, bundle, trust });
    const invalid = expect.objectContaining({ code: 'RECEIPT_INVALID' });
    const subject = { packageId, bundle, trust };
    await expect(verifyReceipt(browserPorts, await receiptBy(signer), subject)).rejects.toEqual(invalid);
    const stranger = toPem('CERTIFICATE', (await issue('Root', { pathLength: 1 })).certificate);
    await expect(verifyReceipt(browserPorts, receipt, { ...subject, trust: stranger })).rejects.toEqual(
      invalid,
    );
    const altered = { ...receipt, receipt: { ...receipt.receipt, defects: ['x'] } };
    await expect(verifyReceipt(browserPorts, altered, subject)).rejects.toEqual(invalid);
    const other = { ...subject, bundle: { ...bundle, bytes: 8 } };
    await expect(verifyReceipt(browserPorts, receipt, other)).rejects.toEqual(
      expect.objectContaining({ code: 'SEALED_BUNDLE_DIFFERS' }),
    );
  },
);
