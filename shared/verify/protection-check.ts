import type { CheckDefinition } from './check-definition.ts';
import { NotChecked } from './not-checked.ts';
import { certificatesEnd, earliestEnd, type ProtectionEnd } from './protection-end.ts';
import type { StampedTime } from './stamped-time.ts';
import { need, type Verification } from './verification.ts';

/**
 * A time-stamp proves something as long as the certificates it was made with last, and for ever when another was
 * made over it before they ran out (RFC 4998 §1.1, ETSI EN 319 162-1 §4.4.5). Tokens are judged at their own time by
 * the checks before; this one judges the unbroken succession from the seal to now.
 */
export const protectionCheck: CheckDefinition = {
  id: 'protection',
  proves: {
    zh: '封存的时间戳证书在核验时仍在有效期内,或到期前已续期',
    en: 'the certificates of the seal’s time-stamp have not run out by now, or were renewed before they did',
  },
  restsOn: {
    zh: '核验所用设备的时钟,以及各时间戳机构',
    en: 'the clock of the verifying machine, and the time-stamp authorities',
  },
  run(verification) {
    let current = sealEnd(verification);
    let entry = need(verification, 'sealTime').entry;
    for (const renewal of countedRenewals(verification)) {
      if (renewal.genTime > current.at)
        throw new NotChecked('RENEWED_TOO_LATE', `renewed after ${current.by} had run out`, {
          entry: renewal.entry,
        });
      current = certificatesEnd(renewal);
      entry = renewal.entry;
    }
    if (verification.now === undefined) throw new NotChecked('NO_CLOCK', 'the time now was not given');
    if (verification.now > current.at)
      throw new NotChecked('RENEWAL_MISSING', `${current.by} has run out`, { entry });
  },
};

/** When the seal needs a renewal: the first certificate of its time-stamps, also of the one inside the signature. */
function sealEnd(verification: Verification): ProtectionEnd {
  const { signatureTime } = verification.found;
  const stamps: StampedTime[] = [need(verification, 'sealTime')];
  if (signatureTime !== undefined) stamps.push(signatureTime);
  return earliestEnd(stamps.map(certificatesEnd));
}

/** Without anchors every renewal that holds counts; with anchors only those by an authority the user trusts. */
export function countedRenewals({ found, anchors }: Verification): readonly StampedTime[] {
  return (anchors.certificates.length === 0 ? found.renewals : found.trustedRenewals) ?? [];
}
