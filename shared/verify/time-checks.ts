import { bundlePath } from '#shared/bundle/layout';
import { fromBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { fromHex } from '#shared/lib/hex';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { packagePath } from '#shared/seal/layout';
import { insideBundle } from './bundle-checks.ts';
import type { CheckDefinition } from './check-definition.ts';
import { inEntry } from './in-entry.ts';
import { NotChecked } from './not-checked.ts';
import { bytesAt, memberAt } from './package-members.ts';
import { type StampedTime, verifyStampedTime } from './stamped-time.ts';
import { need } from './verification.ts';
import { VerifyError } from './verify-error.ts';

const authority = {
  zh: '签发该时间戳的机构;机构是否可信另见 trusted-time',
  en: 'the authority that issued the token; whether it is trusted is judged by trusted-time',
};

/** t0: the record was begun after it. */
export const startTimeCheck: CheckDefinition = {
  id: 'start-time',
  proves: {
    zh: '取证记录始于起始时间凭证的时间 t0 之后',
    en: 'the record was begun after t0, the time of the challenge',
  },
  restsOn: authority,
  async run(verification) {
    const entry = insideBundle(need(verification, 'captureId'), bundlePath.challenge);
    const { challenge } = need(verification, 'bundle');
    if (challenge === undefined) throw new NotChecked('NOT_PRESENT', 'no challenge', { entry });
    const token = await inEntry(entry, () => fromBase64(challenge.token));
    const digest = sha256(toUtf8(canonicalJson(challenge.challenge)));
    verification.found.startTime = await verifyStampedTime(verification.ports, token, digest, entry);
  },
};

/** t1: unaltered since. */
export const anchorTimeCheck: CheckDefinition = {
  id: 'anchor-time',
  proves: {
    zh: '自 t1 起,日志所列的每个文件未被更改',
    en: 'no file the journal lists has been altered since t1',
  },
  restsOn: authority,
  async run(verification) {
    const entry = insideBundle(need(verification, 'captureId'), bundlePath.journalToken);
    const { journal, token } = need(verification, 'bundle');
    if (token === undefined) throw new NotChecked('NOT_PRESENT', 'no anchor', { entry });
    const digest = await verification.ports.sha256(journal);
    verification.found.anchorTime = await verifyStampedTime(verification.ports, token, digest, entry);
  },
};

/** The bundle as a whole, stamped when it was sealed. */
export const bundleTimeCheck: CheckDefinition = {
  id: 'bundle-time',
  proves: {
    zh: '整个证据包在该时间戳的时间已存在',
    en: 'the whole bundle existed at the time of its time-stamp',
  },
  restsOn: authority,
  async run(verification) {
    const captureId = need(verification, 'captureId');
    const members = need(verification, 'members');
    const entry = packagePath.bundleToken(captureId);
    const digest = fromHex(memberAt(members, packagePath.bundle(captureId)).sha256);
    verification.found.bundleTime = await verifyStampedTime(
      verification.ports,
      bytesAt(members, entry),
      digest,
      entry,
    );
  },
};

/** The sealed text. */
export const sealTimeCheck: CheckDefinition = {
  id: 'seal-time',
  proves: {
    zh: '封存的清单在该时间戳的时间已存在',
    en: 'the sealed text existed at the time of its time-stamp',
  },
  restsOn: authority,
  async run(verification) {
    const members = need(verification, 'members');
    const digest = fromHex(memberAt(members, packagePath.tagManifest).sha256);
    const verify = (entry: string) =>
      verifyStampedTime(verification.ports, bytesAt(members, entry), digest, entry);
    const sealTime = await verify(packagePath.token);
    const further: StampedTime[] = [];
    for (let n = 2; members.has(packagePath.furtherToken(n)); n++)
      further.push(await verify(packagePath.furtherToken(n)));
    verification.found.sealTime = sealTime;
    verification.found.furtherSealTimes = further;
  },
};

/** Clocks of several authorities, and whole-second tokens, differ by a little without anything being wrong. */
const TOLERANCE_MS = 60_000;

/** The times tell one story. */
export const timeOrderCheck: CheckDefinition = {
  id: 'time-order',
  proves: {
    zh: '各时间戳先后一致:起始、固定、封存(容差 60 秒)',
    en: 'the time-stamps agree in their order: start, anchor, seal (tolerance 60 seconds)',
  },
  restsOn: { zh: '各时间戳机构', en: 'the time-stamp authorities' },
  run(verification) {
    const { startTime, anchorTime, furtherSealTimes = [] } = verification.found;
    const before = [startTime, anchorTime, need(verification, 'bundleTime')];
    for (const sealTime of [need(verification, 'sealTime'), ...furtherSealTimes])
      requireOrder([...before, sealTime].filter((time) => time !== undefined));
  },
};

function requireOrder(times: readonly StampedTime[]): void {
  times.forEach((time, index) => {
    const before = times[index - 1];
    if (before !== undefined && time.genTime + TOLERANCE_MS < before.genTime)
      throw new VerifyError('TIME_ORDER', `${time.entry} is earlier than ${before.entry}`, {
        entry: time.entry,
      });
  });
}
