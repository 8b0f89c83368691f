import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { sha256Hex } from '#shared/lib/sha256';
import { checkWholeLog } from '#shared/log/check-whole-log';
import { parseTrustFile, type TrustAnchors } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { folderSource } from '../../server/log/folder-source.ts';
import { type Database, openDatabase } from '../../server/store/database.ts';
import { openFileSource } from '../../server/store/file-source.ts';
import { nodePorts } from '../../server/store/node-ports.ts';
import type { Acknowledged } from './acknowledged.ts';

/** What a stranger finds wrong with the published packages that are not in `known`; adds the good ones to it. */
export async function checkVisible(
  dataDir: string,
  trust: TrustAnchors,
  known: Set<string>,
): Promise<string[]> {
  const folder = join(dataDir, 'service', 'packages');
  const faults: string[] = [];
  for (const id of await readdir(folder)) {
    if (id.startsWith('.') || known.has(id)) continue;
    const files = (await readdir(join(folder, id))).sort().join(' ');
    if (files === `${id}.asice certificate.pdf receipt.json`) {
      const verdict = await verdictOf(join(folder, id, `${id}.asice`), trust);
      if (verdict !== 'valid') faults.push(`${id} is visible and ${verdict}`);
    } else faults.push(`${id} is visible with: ${files}`);
    known.add(id);
  }
  return faults;
}

async function verdictOf(path: string, anchors: TrustAnchors): Promise<string> {
  const source = await openFileSource(path);
  try {
    return (await verifyPackage(source, nodePorts, { anchors })).verdict;
  } finally {
    await source.close();
  }
}

/** What is missing or half done in the data directory of a stopped service whose clients have all been served. */
export async function checkKept(
  dataDir: string,
  trustFile: string,
  acknowledged: Acknowledged,
): Promise<string[]> {
  const root = join(dataDir, 'service');
  const db = await openDatabase(join(root, 'service.db'));
  try {
    return [
      ...(await checkLog(root, parseTrustFile(trustFile), acknowledged)),
      ...(await checkRows(db, acknowledged)),
      ...(await checkPackages(db, root, acknowledged)),
      ...(await checkFolders(db, root)),
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

async function checkPackages(db: Database, root: string, acknowledged: Acknowledged): Promise<string[]> {
  const faults: string[] = [];
  const rows = new Map((await db.selectFrom('packages').selectAll().execute()).map((row) => [row.id, row]));
  for (const [id, { sha256, end }] of acknowledged.uploads) {
    const row = rows.get(id);
    if (row?.sha256 !== sha256) faults.push(`upload ${id} is lost`);
    else if (row.state !== end)
      faults.push(`${id} should be ${end} and is ${row.state}: ${row.refusalMessage}`);
    else if (end === 'refused' && (row.refusalCode === null || !(await isKept(root, id, sha256))))
      faults.push(`${id} is refused without its reason or its bytes`);
  }
  for (const [id, { state, sha256 }] of acknowledged.ends)
    if (rows.get(id)?.state !== state || rows.get(id)?.sealedSha256 !== sha256)
      faults.push(`${id} was ${state} and is ${rows.get(id)?.state}`);
  for (const [id, receipt] of acknowledged.receipts)
    if (rows.get(id)?.receipt !== receipt) faults.push(`the receipt of ${id} has changed`);
  return faults;
}

async function isKept(root: string, id: string, sha256: string): Promise<boolean> {
  return (await digestOf(join(root, 'refused', `${id}.wacz`))) === sha256;
}

async function digestOf(path: string): Promise<string> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes === undefined ? 'absent' : sha256Hex(bytes);
}

/** Published is what is sealed, and nothing is left of the work. */
async function checkFolders(db: Database, root: string): Promise<string[]> {
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
    if ((await digestOf(join(root, 'packages', id, `${id}.asice`))) !== sealedSha256)
      faults.push(`the file of ${id} is not the one that was sealed`);
  const open = await db.selectFrom('uploads').select('id').where('finishedAt', 'is', null).execute();
  const unfinished = new Set(open.flatMap(({ id }) => [id, `${id}.json`]));
  for (const name of await readdir(join(root, 'incoming')))
    if (!unfinished.has(name)) faults.push(`incoming/${name} is left over`);
  for (const name of await readdir(join(root, 'work'))) faults.push(`work/${name} is left over`);
  return faults;
}
