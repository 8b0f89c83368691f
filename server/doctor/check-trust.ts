import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '#shared/lib/errors';
import { parseCertificate } from '#shared/pki/certificate';
import { parseTimeStampResponse } from '#shared/pki/time-stamp-response';
import type { TimeStampAuthority, Trust } from '../trust/trust.ts';
import { type Finding, findingsOf } from './finding.ts';

const DAY = 86_400_000;
/** A new certificate is a matter of weeks. */
const SOON = 90 * DAY;
/** genTime counts whole seconds. */
const CLOCK_FINE_MS = 2000;
const CLOCK_BAD_MS = 10_000;

/** How long each certificate still holds, and whether keys are for their owner only. */
export async function checkKeys(trust: Trust, dir: string, now: Date): Promise<readonly Finding[]> {
  const { pass, warn, fail } = findingsOf('keys');
  const ders = [
    trust.signer.certificate,
    ...trust.signer.chain,
    ...trust.authorities.flatMap((a) => a.certificates),
  ];
  const certificates = new Map(
    ders.map((der) => [Buffer.from(der).toString('base64'), parseCertificate(der)]),
  );
  const findings: Finding[] = [];
  for (const { subject, notBefore, notAfter } of certificates.values()) {
    const name = subject.commonName;
    const until = new Date(notAfter).toISOString().slice(0, 10);
    if (now.getTime() > notAfter || now.getTime() < notBefore)
      findings.push(
        fail(`${name} does not hold today (until ${until})`, `${name} 当前无效(有效期至 ${until})`),
      );
    else if (notAfter - now.getTime() < SOON)
      findings.push(warn(`${name} ends on ${until}: renew it`, `${name} 将于 ${until} 到期:请更换`));
  }
  for (const path of await openKeys(dir))
    findings.push(
      fail(`${path} can be read by other users: chmod 600`, `${path} 可被其他用户读取:请执行 chmod 600`),
    );
  if (findings.length === 0)
    findings.push(
      pass(
        `${certificates.size} certificates hold for at least 90 days`,
        `${certificates.size} 张证书有效期均在 90 天以上`,
      ),
    );
  if (trust.selfIssued)
    findings.push(
      warn('the signing certificate is self-issued: a trial authority', '签名证书为自签发的试用证书'),
    );
  return findings;
}

/** Asks each time-stamp service for a token, and compares the clock with it. */
export async function checkTimeStamps(trust: Trust, now: () => Date): Promise<readonly Finding[]> {
  const found = await Promise.all(trust.authorities.map((authority) => checkAuthority(authority, now)));
  return found.flat();
}

async function checkAuthority(authority: TimeStampAuthority, now: () => Date): Promise<readonly Finding[]> {
  const { pass, warn, fail } = findingsOf('time-stamp');
  const { name, selfIssued } = authority;
  const before = now().getTime();
  try {
    const { genTime } = parseTimeStampResponse(await authority.stamp(randomBytes(32)));
    const after = now().getTime();
    if (selfIssued)
      return [
        warn(`${name} is this service itself: its time is self-asserted`, `${name} 即本服务自身:时间为自述`),
      ];
    return [
      pass(`${name} answers in ${after - before} ms`, `${name} 在 ${after - before} 毫秒内应答`),
      offsetFinding(name, genTime, before, after),
    ];
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [fail(`${name} gives no token: ${error.code}`, `${name} 无法取得时间戳:${error.code}`)];
  }
}

function offsetFinding(name: string, genTime: number, before: number, after: number): Finding {
  const { pass, warn, fail } = findingsOf('clock');
  const offset = genTime < before ? genTime - before : Math.max(0, genTime - after);
  const away = Math.abs(offset);
  const seconds = (offset / 1000).toFixed(1);
  const en = `${name} says a time ${seconds} s from this clock`;
  const zh = `${name} 的时间与本机时钟相差 ${seconds} 秒`;
  if (away <= CLOCK_FINE_MS) return pass(en, zh);
  return away <= CLOCK_BAD_MS ? warn(en, zh) : fail(en, zh);
}

/** Private keys in files that others may read. */
async function openKeys(dir: string): Promise<string[]> {
  if (process.platform === 'win32') return [];
  const open: string[] = [];
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && entry.name.endsWith('.key') && ((await stat(path)).mode & 0o077) !== 0)
      open.push(path);
  }
  return open;
}
