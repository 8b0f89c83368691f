import { compareCertificates } from '#shared/witness/compare-certificates';
import { comparePages } from '#shared/witness/compare-pages';
import type { CaptureLook, ConnectionLook, SecondLookFile } from '#shared/witness/second-look-file';
import { urlTerm } from '../store/package-terms.ts';
import type { Package } from '../store/packages.ts';
import { certificateOfLook } from '../witness/certificate-of-look.ts';
import { hostLooker, type LookAtHost } from '../witness/look-at-host.ts';
import { LookError } from '../witness/look-error.ts';
import type { IntakeContext } from './intake-context.ts';
import { issueSecondLook } from './issue-second-look.ts';
import { recordedPage } from './recorded-page.ts';

type SecondLookKind = 'connection' | 'capture';

/** Takes second looks at what accepted packages hold. */
export interface SecondLookTaker {
  /**
   * @returns the signed and logged statement, and whether it goes into the package.
   * @throws LookError; IntakeError LOG_FAILED, WITNESSES_UNAVAILABLE
   */
  take(
    row: Package,
    kind: SecondLookKind,
  ): Promise<{ readonly file: SecondLookFile; readonly inSeal: boolean }>;
}

interface Settings {
  readonly enabled: boolean;
  readonly timeoutSeconds: number;
}

type LookContext = Pick<IntakeContext, 'store' | 'evidence' | 'log' | 'signer' | 'now'>;

/** @param lookAtHost instead of the real look; a test lets it reach its own loopback hosts. */
export function secondLookTaker(
  context: LookContext,
  { enabled, timeoutSeconds }: Settings,
  lookAtHost: LookAtHost = hostLooker(),
): SecondLookTaker {
  return {
    async take(row, kind) {
      if (!enabled)
        throw new LookError('SECOND_LOOK_OFF', 'second looks are off: setting secondLook.enabled', {
          entry: kind,
        });
      if (row.verdict !== 'accepted')
        throw new LookError('SECOND_LOOK_NOT_YET', `${row.id} has not been accepted`, { entry: row.id });
      const look =
        kind === 'connection'
          ? await lookAtConnection(context, row, lookAtHost, timeoutSeconds * 1000)
          : await lookAtCapture(context, row);
      return issueSecondLook(context, look);
    },
  };
}

async function lookAtConnection(
  context: LookContext,
  row: Package,
  lookAtHost: LookAtHost,
  timeoutMs: number,
): Promise<ConnectionLook> {
  const { record, address, leaf } = await recordedPage(context, row);
  if (!URL.canParse(record.url.final))
    throw new LookError('SECOND_LOOK_NO_TLS', 'the captured address is no URL', { entry: row.id });
  const view = await lookAtHost(new URL(record.url.final), { timeoutMs, preferred: address });
  const certificate = certificateOfLook(view.certificate);
  if (certificate === null)
    throw new LookError('SECOND_LOOK_UNREACHABLE', 'the host has a certificate nobody can read', {
      entry: view.address,
    });
  const recorded = {
    address: address ?? null,
    certificate: leaf === undefined ? null : certificateOfLook(leaf),
  };
  return {
    ...aboutOf(context, row),
    kind: 'connection',
    host: view.host,
    port: view.port,
    addresses: [...view.addresses],
    address: view.address,
    certificate,
    recorded,
    verdicts: {
      address:
        address === undefined ? 'not-recorded' : view.addresses.includes(address) ? 'same' : 'different',
      certificate: compareCertificates(certificate, recorded.certificate),
    },
  };
}

/** Between the starts of the two captures, by their devices' clocks. */
const WINDOW_MS = 5 * 60_000;
/** Received meanwhile of one address; the nearest of these is taken. */
const LOOKED_THROUGH = 200;

async function lookAtCapture(context: LookContext, row: Package): Promise<CaptureLook> {
  const second = await nearestOther(context, row);
  if (second === undefined)
    throw new LookError('SECOND_LOOK_NO_SECOND', 'no other device captured this address within 5 minutes', {
      entry: row.id,
    });
  const [one, two] = [await recordedPage(context, row), await recordedPage(context, second)];
  const pages = [one, two].map(({ record, lines }) => ({
    title: record.title,
    ...(lines === undefined ? {} : { lines }),
  }));
  const [first = { title: '' }, other = { title: '' }] = pages;
  return {
    ...aboutOf(context, row),
    kind: 'capture',
    second: {
      package: second.id,
      capture: two.record.id,
      bundle: second.sha256 as CaptureLook['bundle'],
      device: second.device,
    },
    officers: (await differentOfficers(context, row, second)) ? 'different' : 'not-known',
    secondsApart: (two.record.startedAt - one.record.startedAt) / 1000,
    ...comparePages(first, other),
  };
}

function aboutOf({ now }: LookContext, row: Package) {
  return {
    version: 1 as const,
    package: row.id,
    capture: row.capture ?? '',
    bundle: row.sha256 as ConnectionLook['bundle'],
    at: now().toISOString(),
  };
}

/** The accepted package of another officer's device nearest in time, of the same organisation and address. */
async function nearestOther(context: LookContext, row: Package): Promise<Package | undefined> {
  const { url, capturedAt } = row;
  if (url === null || capturedAt === null) return undefined;
  const term = urlTerm(url);
  const { rows } = await context.store.packageSearch.find(
    { organisation: row.organisation },
    // A device's clock may be ahead of the service's by as much again.
    { terms: [{ kind: 'url', term }], from: capturedAt - 2 * WINDOW_MS },
    LOOKED_THROUGH,
  );
  const apart = (other: Package) => Math.abs((other.capturedAt ?? Number.POSITIVE_INFINITY) - capturedAt);
  const candidates = rows.filter(
    (other) =>
      other.device !== row.device &&
      other.verdict === 'accepted' &&
      other.url !== null &&
      urlTerm(other.url) === term &&
      apart(other) <= WINDOW_MS,
  );
  for (const other of candidates.toSorted((a, b) => apart(a) - apart(b)))
    if (!(await sameOfficer(context, row, other))) return other;
  return undefined;
}

async function officersOf({ store }: LookContext, rows: readonly Package[]): Promise<(string | null)[]> {
  const devices = await Promise.all(rows.map(({ device }) => store.devices.get(device)));
  return devices.map((device) => device?.user ?? null);
}

async function sameOfficer(context: LookContext, ...rows: Package[]): Promise<boolean> {
  const [one, two] = await officersOf(context, rows);
  return one !== null && one === two;
}

async function differentOfficers(context: LookContext, ...rows: Package[]): Promise<boolean> {
  const officers = await officersOf(context, rows);
  return !officers.includes(null) && officers[0] !== officers[1];
}
