import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditEntry, verifyAuditTrail } from '#shared/api/audit-entry';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { toHex } from '#shared/lib/hex';
import { rangeDigest } from '#shared/lib/range-digest';
import { checkWholeLog } from '#shared/log/check-whole-log';
import { parseTrustFile, type TrustAnchors } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { folderSource } from '../../server/log/folder-source.ts';
import { createDataKeys } from '../../server/store/data-keys.ts';
import type { Database } from '../../server/store/database.ts';
import { ENCRYPTED_SUFFIX } from '../../server/store/encrypted-blobs.ts';
import { type EvidenceBlobs, evidenceBlobs } from '../../server/store/evidence-blobs.ts';
import { evidenceName } from '../../server/store/evidence-names.ts';
import type { MasterKey } from '../../server/store/master-key.ts';
import { nodePorts } from '../../server/store/node-ports.ts';
import type { Acknowledged } from './acknowledged.ts';
import type { KillStore } from './kill-store.ts';

/** The evidence of a service that encrypts none. */
function plainEvidence(dataDir: string): EvidenceBlobs {
  return evidenceBlobs(join(dataDir, 'service'), { get: async () => undefined }, undefined);
}

/** What a stranger finds wrong with the published packages that are not in `known`; adds the good ones to it. */
export async function checkVisible(
  dataDir: string,
  trust: TrustAnchors,
  known: Set<string>,
  evidence = plainEvidence(dataDir),
): Promise<string[]> {
  const suffix = evidence.encrypts ? ENCRYPTED_SUFFIX : '';
  const folder = join(dataDir, 'service', 'packages');
  const faults: string[] = [];
  for (const id of await readdir(folder)) {
    if (id.startsWith('.') || known.has(id)) continue;
    const files = (await readdir(join(folder, id))).sort().join(' ');
    const wanted = [`${id}.asice`, 'certificate.pdf', 'receipt.json'].map((name) => `${name}${suffix}`);
    if (files === wanted.join(' ')) {
      const verdict = await verdictOf(evidence, id, trust);
      if (verdict !== 'valid') faults.push(`${id} is visible and ${verdict}`);
    } else faults.push(`${id} is visible with: ${files}`);
    known.add(id);
  }
  return faults;
}

async function verdictOf(evidence: EvidenceBlobs, id: string, anchors: TrustAnchors): Promise<string> {
  const source = await (await evidence.of(id)).blobs.open(evidenceName.package(id));
  try {
    return (await verifyPackage(source, nodePorts, { anchors })).verdict;
  } finally {
    await source.close();
  }
}

/** What is missing or half done in the data directory of a stopped service whose clients have all been served. */
export async function checkKept(
  dataDir: string,
  store: KillStore,
  trustFile: string,
  acknowledged: Acknowledged,
  master?: MasterKey,
): Promise<string[]> {
  const root = join(dataDir, 'service');
  const db = await store.open();
  const evidence = evidenceBlobs(root, createDataKeys(db), master);
  try {
    return [
      ...(await checkLog(root, parseTrustFile(trustFile), acknowledged)),
      ...(await checkRows(db, acknowledged)),
      ...(await checkAudit(db, acknowledged)),
      ...(await checkPackages(db, evidence, acknowledged)),
      ...(await checkFolders(db, root, evidence)),
    ];
  } finally {
    await db.destroy();
  }
}

async function checkLog(root: string, trust: TrustAnchors, { leaves }: Acknowledged): Promise<string[]> {
  const logged = new Set<string>();
  await checkWholeLog(nodePorts, folderSource(join(root, 'log', 'public')), {
    trust: { logKeys: trust.logKeys },
    onEntry: (_, entry) => void logged.add(Buffer.from(entry).toString('latin1')),
  });
  return [...leaves]
    .filter(([leaf]) => !logged.has(leaf))
    .map(([, what]) => `leaf of ${what} is not in the log`);
}

async function checkRows(db: Database, acknowledged: Acknowledged): Promise<string[]> {
  const faults: string[] = [];
  const numbers = new Map(
    (await db.selectFrom('cases').selectAll().execute()).map((row) => [row.id, row.number]),
  );
  for (const [id, number] of acknowledged.cases)
    if (numbers.get(id) !== number) faults.push(`case ${number} is lost`);
  const files = await db.selectFrom('challenges').select('file').execute();
  const challenges = new Set(files.map(({ file }) => canonicalJson(JSON.parse(file) as Json)));
  for (const file of acknowledged.challenges)
    if (!challenges.has(canonicalJson(file))) faults.push(`challenge ${file.challenge.nonce} is lost`);
  const rows = await db.selectFrom('anchors').selectAll().execute();
  const anchors = new Map(rows.map((row) => [`${row.device} ${row.digest}`, `${row.token} ${row.proof}`]));
  for (const { device, digest, token, proof } of acknowledged.anchors)
    if (anchors.get(`${device} ${digest}`) !== `${token} ${proof}`) faults.push(`anchor ${digest} is lost`);
  for (const { package: id, lastError } of await db.selectFrom('jobs').selectAll().execute())
    faults.push(`the job of ${id} is stuck: ${lastError}`);
  return faults;
}

/** Every entry is there, and the chain of each organisation holds. */
async function checkAudit(db: Database, { audited }: Acknowledged): Promise<string[]> {
  const faults: string[] = [];
  const texts = new Map<string, string[]>();
  const found = new Set<string>();
  const rows = await db
    .selectFrom('auditEntries')
    .selectAll()
    .orderBy('organisation')
    .orderBy('seq')
    .execute();
  for (const { organisation, entry } of rows) {
    const { action, subject } = JSON.parse(entry) as AuditEntry;
    found.add(`${action} ${subject}`);
    texts.set(organisation, [...(texts.get(organisation) ?? []), entry]);
  }
  for (const [organisation, entries] of texts) {
    try {
      verifyAuditTrail(`${entries.join('\n')}\n`);
    } catch (error) {
      faults.push(`the audit trail of ${organisation} does not hold: ${String(error)}`);
    }
  }
  for (const what of audited) if (!found.has(what)) faults.push(`audit entry ${what} is lost`);
  return faults;
}

async function checkPackages(
  db: Database,
  evidence: EvidenceBlobs,
  acknowledged: Acknowledged,
): Promise<string[]> {
  const faults: string[] = [];
  const rows = new Map((await db.selectFrom('packages').selectAll().execute()).map((row) => [row.id, row]));
  for (const [id, { sha256, end }] of acknowledged.uploads) {
    const row = rows.get(id);
    if (row?.sha256 !== sha256) faults.push(`upload ${id} is lost`);
    else if (row.state !== end)
      faults.push(`${id} should be ${end} and is ${row.state}: ${row.refusalMessage}`);
    else if (
      end === 'refused' &&
      (row.refusalCode === null || (await digestOf(evidence, id, evidenceName.refused(id))) !== sha256)
    )
      faults.push(`${id} is refused without its reason or its bytes`);
  }
  for (const [id, { state, sha256 }] of acknowledged.ends)
    if (rows.get(id)?.state !== state || rows.get(id)?.sealedSha256 !== sha256)
      faults.push(`${id} was ${state} and is ${rows.get(id)?.state}`);
  for (const [id, receipt] of acknowledged.receipts)
    if (rows.get(id)?.receipt !== receipt) faults.push(`the receipt of ${id} has changed`);
  return faults;
}

async function digestOf(evidence: EvidenceBlobs, id: string, name: string): Promise<string> {
  const { blobs } = await evidence.of(id);
  const source = await blobs.open(name).catch(() => undefined);
  if (source === undefined) return 'absent';
  try {
    return toHex((await rangeDigest(source, 0, source.size, nodePorts)).sha256);
  } finally {
    await source.close();
  }
}

/** Published is what is sealed, nothing is left of the work, and nothing in the clear where all is encrypted. */
async function checkFolders(db: Database, root: string, evidence: EvidenceBlobs): Promise<string[]> {
  const sealed = await db
    .selectFrom('packages')
    .select(['id', 'sealedSha256'])
    .where('state', '=', 'sealed')
    .execute();
  const published = (await readdir(join(root, 'packages'))).sort();
  const faults: string[] = [];
  if (
    published.join() !==
    sealed
      .map(({ id }) => id)
      .sort()
      .join()
  )
    faults.push(`published are ${published.join(' ')}, which are not the sealed packages`);
  for (const { id, sealedSha256 } of sealed)
    if ((await digestOf(evidence, id, evidenceName.package(id))) !== sealedSha256)
      faults.push(`the file of ${id} is not the one that was sealed`);
  const open = await db.selectFrom('uploads').select('id').where('finishedAt', 'is', null).execute();
  const unfinished = new Set(open.flatMap(({ id }) => [id, `${id}.json`]));
  for (const name of await readdir(join(root, 'incoming')))
    if (!unfinished.has(name)) faults.push(`incoming/${name} is left over`);
  for (const name of await readdir(join(root, 'work'))) faults.push(`work/${name} is left over`);
  for (const folder of evidence.encrypts ? ['packages', 'refused'] : [])
    for (const name of await evidence.stored.list(folder))
      if (!name.endsWith(ENCRYPTED_SUFFIX)) faults.push(`${name} is in the clear`);
  return faults;
}
