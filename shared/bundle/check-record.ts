import { artefactDefinition } from '#shared/artefact/index';
import { toBase64 } from '#shared/lib/base64';
import { sha256Hex } from '#shared/lib/sha256';
import { BundleError } from './bundle-error.ts';
import { type BundleVerification, established, requireFile } from './bundle-verification.ts';
import type { CaptureRecord } from './capture-record.ts';
import { parseCaptureRecord } from './capture-record-json.ts';
import { bundlePath } from './layout.ts';

const PATH = bundlePath.captureRecord;

/** The capture record is strict in itself, and names the device that signed. */
export async function checkRecord(verification: BundleVerification): Promise<void> {
  const record = parseCaptureRecord(await requireFile(verification, PATH));
  const key = established(verification, 'devicePublicKey');
  const deviceId = sha256Hex(key).slice(0, 8);
  const { device, id } = record;
  if (device.publicKey !== toBase64(key) || device.id !== deviceId || !id.startsWith(`CAP-${deviceId}-`))
    throw new BundleError('DEVICE_MISMATCH', `device ${deviceId} signed the bundle of ${device.id}`, {
      entry: PATH,
    });
  checkArtefacts(record);
  checkSequence(record);
  verification.found.record = record;
}

/** The capture number in `CAP-<device>-<number>`. */
export function captureNumber({ id }: Pick<CaptureRecord, 'id'>): number {
  return Number(id.slice(id.lastIndexOf('-') + 1));
}

function checkArtefacts({ artefacts }: CaptureRecord): void {
  const paths = new Set<string>();
  const kinds = new Map<string, number>();
  for (const { kind, path, mediaType } of artefacts) {
    const n = (kinds.get(kind) ?? 0) + 1;
    kinds.set(kind, n);
    const definition = artefactDefinition(kind);
    const fits = definition.path(numberIn(path)) === path && definition.mediaType === mediaType;
    if (!fits || (n > 1 && !definition.many) || paths.has(path) || kind === 'capture-record')
      throw new BundleError('ARTEFACT_INVALID', `${path} cannot be ${kind} ${n}`, { entry: path });
    paths.add(path);
  }
}

/** A step belongs to a sequence of its own device, and nothing else does; only the first has no predecessor. */
function checkSequence({ kind, sequence, device, id }: CaptureRecord): void {
  if (sequence === undefined && kind !== 'step') return;
  const follows = sequence?.previous ?? undefined;
  const own = `CAP-${device.id}-`;
  const sound =
    kind === 'step' &&
    sequence?.id.startsWith(`SEQ-${device.id}-`) === true &&
    (sequence.index === 1) === (follows === undefined) &&
    (follows === undefined ||
      (follows.capture.startsWith(own) && captureNumber({ id: follows.capture }) < captureNumber({ id })));
  if (!sound)
    throw new BundleError('SEQUENCE_INVALID', `${kind} cannot be step ${sequence?.index ?? '?'}`, {
      entry: PATH,
    });
}

/** The digits at the end of a path's stem, for kinds whose paths are numbered; `002-014` is 2014. */
function numberIn(path: string): number {
  return Number(/((?:\d+-)*\d+)\.[a-z]+$/.exec(path)?.[1]?.replaceAll('-', '') ?? 1);
}
