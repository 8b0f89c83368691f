import { canonicalFile } from '#shared/bundle/canonical-file';
import { fromBase64 } from '#shared/lib/base64';
import { isCertificateOf } from '#shared/tls/is-certificate-of';
import { judgeChain } from '#shared/tls/judge-chain';
import { publicRootsSource } from '#shared/tls/public-roots';
import type { TlsChains } from '#shared/tls/tls-chains';
import { attempt, type CaptureRun } from './capture-run.ts';
import { CommandError } from './command-error.ts';

/** Longer chains are no chains; RFC 5280 paths in use have three or four certificates. */
const MAX_CHAIN = 20;

/** The chain of every origin that answered over TLS, what it ends in, and whose certificate its leaf is. */
export async function captureCertificates(run: CaptureRun): Promise<void> {
  const { sink, secured, request } = run;
  const judgedAt = Date.now();
  const chains = new Map<string, string[]>();
  for (const [origin, sessions] of securedOrigins(run)) {
    const url = origin.slice(0, 20_000);
    const chain = await attempt(run, { what: 'certificate', url }, () => readChain(run, origin, sessions));
    if (chain !== undefined && chain.length > 0) chains.set(origin, chain.slice(0, MAX_CHAIN));
    else if (chain !== undefined)
      sink.omission({ what: 'certificate', reason: 'not-readable', url, detail: 'the browser has none' });
  }
  if (chains.size === 0) return;
  const origins: TlsChains['origins'] = [];
  for (const [origin, chain] of chains) {
    const judgement = await judgeChain(request.ports, chain.map(fromBase64), judgedAt);
    origins.push({ origin, chain, ...judgement });
  }
  const responses = secured.list.map(({ url, stated }): TlsChains['responses'][number] => {
    const leaf = chains.get(new URL(url).origin)?.[0];
    const own = leaf !== undefined && isCertificateOf(fromBase64(leaf), stated);
    return { url: url.slice(0, 2000).toWellFormed(), certificate: own ? 'this-request' : 'this-origin' };
  });
  const file: TlsChains = { version: 1, judgedAt, roots: publicRootsSource, origins, responses };
  await sink.artefact({ kind: 'tls-chain', n: 1, bytes: canonicalFile(file) });
}

/** A page loaded before the capture has an origin too, though no response of it was seen. */
function securedOrigins({ main, secured }: CaptureRun): Map<string, ReadonlySet<string | undefined>> {
  const origins = new Map<string, ReadonlySet<string | undefined>>(secured.sessions);
  if (main.url.startsWith('https:') && URL.canParse(main.url)) {
    const { origin } = new URL(main.url);
    if (!origins.has(origin)) origins.set(origin, new Set([undefined]));
  }
  return origins;
}

/** The page itself knows most origins; a frame of another process only its own. A session may have ended meanwhile. */
async function readChain(
  { tab }: CaptureRun,
  origin: string,
  sessions: ReadonlySet<string | undefined>,
): Promise<string[]> {
  let refusal: CommandError | undefined;
  for (const session of new Set([...sessions, undefined])) {
    try {
      const { tableNames } = await tab.target(session)('Network.getCertificate', { origin });
      if (tableNames.length > 0) return tableNames;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      refusal = error;
    }
  }
  if (refusal !== undefined) throw refusal;
  return [];
}
