import { bundlePath } from '#shared/bundle/layout';
import { fromBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { parseDer } from '#shared/lib/der/parse-der';
import { sha256, sha256Hex } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { type Certificate, parseCertificate } from '#shared/pki/certificate';
import { parseCrl, requireNotRevoked, verifyCrl } from '#shared/pki/crl';
import { normaliseTimeStamp } from '#shared/pki/normalise-time-stamp';
import { parseOcspRequest } from '#shared/pki/ocsp-request';
import { requirePurpose } from '#shared/pki/purpose';
import { isSm2Signature, parseSm2PublicKey } from '#shared/pki/sm2';
import { parseTimeStampRequest } from '#shared/pki/time-stamp-request';
import { parseTimeStampResponse } from '#shared/pki/time-stamp-response';
import { requireIssuedBy, verifyChain } from '#shared/pki/verify-chain';
import { verifyOcsp } from '#shared/pki/verify-ocsp';
import { verifySignedData } from '#shared/pki/verify-signed-data';
import { verifyTimeStamp, verifyTimeStampToken } from '#shared/pki/verify-time-stamp';
import { packagePath } from '#shared/seal/layout';
import { verifyPades } from '#shared/seal/verify-pades';
import { verifyXades } from '#shared/seal/verify-xades';
import type { XadesFile } from '#shared/seal/xades-form';
import { judgeChain } from '#shared/tls/judge-chain';
import { nodePorts } from '../../../server/store/node-ports.ts';
import type { FuzzCorpus } from '../corpus.ts';
import { type FuzzTarget, seedAt } from '../fuzz-target.ts';

const tokens = ({ members, captureId, files }: FuzzCorpus) => [
  seedAt(members, packagePath.bundleToken(captureId)),
  seedAt(members, packagePath.token),
  seedAt(files, bundlePath.journalToken),
];

const parsed = new WeakMap<FuzzCorpus, readonly Certificate[]>();

function certificatesOf(corpus: FuzzCorpus): readonly Certificate[] {
  const known = parsed.get(corpus) ?? corpus.certificates.map(parseCertificate);
  parsed.set(corpus, known);
  return known;
}

/** The signer comes first. */
function signer(corpus: FuzzCorpus): Certificate {
  return certificatesOf(corpus)[0] ?? root(corpus);
}

/** The root of the signer. */
function root(corpus: FuzzCorpus): Certificate {
  const found = certificatesOf(corpus).find(
    ({ subject, issuer, isCa }) => isCa && subject.text === issuer.text,
  );
  if (found === undefined) throw new TypeError('the corpus has no root');
  return found;
}

const listed = new WeakMap<FuzzCorpus, readonly XadesFile[]>();

/** What the XAdES signature of the package covers. */
function signedFiles(corpus: FuzzCorpus): readonly XadesFile[] {
  const paths = [...corpus.members.keys()].filter(
    (path) => path !== packagePath.mimetype && !path.startsWith('META-INF/'),
  );
  const files =
    listed.get(corpus) ?? paths.map((name) => ({ name, sha256: sha256Hex(seedAt(corpus.members, name)) }));
  listed.set(corpus, files);
  return files;
}

/** The digest a challenge's token is over. */
function challengeDigest({ files }: FuzzCorpus): Uint8Array {
  const { challenge } = JSON.parse(fromUtf8(seedAt(files, bundlePath.challenge)));
  return sha256(toUtf8(canonicalJson(challenge)));
}

export const derTargets: readonly FuzzTarget[] = [
  {
    name: 'der',
    weight: 60,
    mutator: 'der',
    seeds: (corpus) => [
      ...corpus.certificates,
      ...tokens(corpus),
      corpus.crl,
      corpus.ocsp,
      corpus.ocspRequest,
    ],
    run: (bytes) => parseDer(bytes),
  },
  {
    name: 'certificate',
    weight: 100,
    mutator: 'der',
    seeds: ({ certificates }) => certificates,
    async run(bytes, corpus) {
      const certificate = parseCertificate(bytes);
      await requireIssuedBy(nodePorts, certificate, root(corpus));
      await verifyChain(
        nodePorts,
        certificate,
        [...certificatesOf(corpus), certificate],
        [root(corpus)],
        corpus.madeAt,
      );
      requirePurpose(certificate, 'signing');
    },
  },
  {
    name: 'cms',
    weight: 60,
    mutator: 'der',
    seeds: ({ members }) => [seedAt(members, packagePath.cms)],
    run: (bytes, { members, madeAt }) =>
      verifySignedData(nodePorts, bytes, seedAt(members, packagePath.tagManifest), { at: madeAt }),
  },
  {
    name: 'time-stamp-response',
    weight: 60,
    mutator: 'der',
    seeds: tokens,
    run: (bytes, { members }) =>
      verifyTimeStamp(nodePorts, bytes, { digest: sha256(seedAt(members, packagePath.tagManifest)) }),
  },
  {
    name: 'time-stamp-token',
    weight: 40,
    mutator: 'der',
    seeds: (corpus) => tokens(corpus).map((response) => parseTimeStampResponse(response).token),
    run: (bytes, { members }) =>
      verifyTimeStampToken(nodePorts, bytes, { digest: sha256(seedAt(members, packagePath.tagManifest)) }),
  },
  {
    name: 'time-stamp-foreign',
    weight: 30,
    mutator: 'der',
    seeds: tokens,
    run: (bytes, { certificates }) => normaliseTimeStamp(bytes, certificates),
  },
  {
    name: 'time-stamp-request',
    weight: 30,
    mutator: 'der',
    seeds: ({ timeStampRequest }) => [timeStampRequest],
    run: (bytes) => parseTimeStampRequest(bytes),
  },
  {
    name: 'ocsp-response',
    weight: 60,
    mutator: 'der',
    seeds: ({ ocsp }) => [ocsp],
    run: (bytes, corpus) =>
      verifyOcsp(nodePorts, bytes, { certificate: signer(corpus), issuer: root(corpus), since: 0 }),
  },
  {
    name: 'ocsp-request',
    weight: 30,
    mutator: 'der',
    seeds: ({ ocspRequest }) => [ocspRequest],
    run: (bytes) => parseOcspRequest(bytes),
  },
  {
    name: 'crl',
    weight: 60,
    mutator: 'der',
    seeds: ({ crl }) => [crl],
    async run(bytes, corpus) {
      const crl = parseCrl(bytes);
      await verifyCrl(nodePorts, crl, root(corpus));
      requireNotRevoked(crl, signer(corpus), corpus.madeAt);
    },
  },
  {
    name: 'tls-chain',
    weight: 40,
    mutator: 'der',
    seeds: ({ certificates }) => certificates,
    run: (bytes, corpus) =>
      judgeChain(
        nodePorts,
        [bytes, root(corpus).der],
        corpus.madeAt,
        new Map([[sha256Hex(root(corpus).der), 'root']]),
      ),
  },
  {
    name: 'tls-chain-root',
    weight: 20,
    mutator: 'der',
    seeds: ({ certificates }) => certificates,
    run: (bytes, corpus) =>
      judgeChain(
        nodePorts,
        [signer(corpus).der, bytes],
        corpus.madeAt,
        new Map([[sha256Hex(bytes), 'root']]),
      ),
  },
  {
    name: 'sm2-key',
    weight: 20,
    mutator: 'der',
    seeds: ({ sm2 }) => [sm2.publicKey],
    run: (bytes) => parseSm2PublicKey(bytes),
  },
  {
    name: 'sm2-signature',
    weight: 10,
    mutator: 'der',
    seeds: ({ sm2 }) => [sm2.signature],
    run: (bytes, { sm2 }) => isSm2Signature(parseSm2PublicKey(sm2.publicKey), Uint8Array.of(1), bytes),
  },
  {
    name: 'xades',
    weight: 20,
    mutator: 'text',
    seeds: ({ members }) => [seedAt(members, packagePath.xades)],
    run: (bytes, corpus) => verifyXades(nodePorts, bytes, signedFiles(corpus)),
  },
  {
    name: 'pades',
    weight: 3,
    mutator: 'bytes',
    seeds: ({ members }) => [seedAt(members, packagePath.certificate)],
    run: (bytes) => verifyPades(nodePorts, bytes),
  },
  {
    name: 'challenge-token',
    weight: 20,
    mutator: 'der',
    seeds: ({ files }) => [fromBase64(JSON.parse(fromUtf8(seedAt(files, bundlePath.challenge))).token)],
    run: (bytes, corpus) => verifyTimeStamp(nodePorts, bytes, { digest: challengeDigest(corpus) }),
  },
];
