import { beijingTime, seconds, utcTime } from '#shared/seal/instant';
import type { PackageFacts, TimeFact } from './package-facts.ts';
import type { Bilingual, VerificationReport } from './report.ts';

/** What a package proves, on whom that rests, and what it does not prove; each a list of sentences. */
export interface Claims {
  readonly proves: readonly Bilingual[];
  readonly restsOn: readonly Bilingual[];
  readonly doesNotProve: readonly Bilingual[];
}

/** The claims a report supports: nothing is claimed of a package with a fault, and no trust that was not checked. */
export function claimsOf(report: VerificationReport & { readonly facts: PackageFacts }): Claims {
  return { proves: proves(report), restsOn: restsOn(report), doesNotProve: doesNotProve(report.facts) };
}

type Report = VerificationReport & { readonly facts: PackageFacts };

function passed({ checks }: Report, id: string): boolean {
  return checks.find((check) => check.id === id)?.status === 'pass';
}

function when(fact: TimeFact): Bilingual {
  const at = Date.parse(fact.at);
  return {
    zh: `${beijingTime(at)}(北京时间,即 ${utcTime(at)})`,
    en: `${utcTime(at)} (${beijingTime(at)} Beijing time)`,
  };
}

function proves(report: Report): Bilingual[] {
  const { facts, verdict } = report;
  if (verdict === 'invalid' || verdict === 'unreadable')
    return [{ zh: '有检查未通过,不能作任何证明。', en: 'Nothing: a check failed.' }];
  const list: Bilingual[] = [
    { zh: '包内每个字节与封存时一致。', en: 'Every byte of the package is as it was sealed.' },
  ];
  if (facts.anchored !== undefined) {
    const { zh, en } = when(facts.anchored);
    list.push({
      zh: `证据自 ${zh} 时起未被更改。`,
      en: `The evidence has not been altered since ${en}.`,
    });
  }
  if (facts.started !== undefined) {
    const { zh, en } = when(facts.started);
    list.push({ zh: `取证记录始于 ${zh} 之后。`, en: `The record was begun after ${en}.` });
  }
  if (passed(report, 'trusted-signer'))
    list.push({ zh: `由 ${facts.signer?.name} 封存。`, en: `It was sealed by ${facts.signer?.name}.` });
  if (passed(report, 'trusted-log'))
    list.push({
      zh: `封存已记入日志 ${facts.log?.origin}(第 ${facts.log?.index} 条)。`,
      en: `The seal is in the log ${facts.log?.origin} (entry ${facts.log?.index}).`,
    });
  list.push({
    zh: `未能取得的内容已逐项列明,共 ${facts.notCaptured ?? 0} 项。`,
    en: `What could not be captured is listed: ${facts.notCaptured ?? 0} entries.`,
  });
  return list;
}

function restsOn({ facts, anchors }: Report): Bilingual[] {
  const authorities = [facts.started, facts.anchored, facts.sealed]
    .filter((fact) => fact !== undefined)
    .map(({ authority }) => authority);
  const list: Bilingual[] = [
    { zh: 'SHA-256 与签名算法未被攻破。', en: 'SHA-256 and the signature algorithms.' },
  ];
  if (authorities.length > 0) {
    const names = [...new Set(authorities)].join(', ');
    list.push({ zh: `时间:${names}。`, en: `Times: ${names}.` });
  }
  list.push(
    anchors.length === 0
      ? {
          zh: '您没有给出信任锚:签署人、时间与日志只由封存包自己说明。',
          en: 'You gave no trust anchor that vouches for it: signer, time and log are what the package itself says.',
        }
      : { zh: `您给出的信任锚:${anchors.join(';')}。`, en: `The anchors you gave: ${anchors.join('; ')}.` },
  );
  if ((facts.selfIssued ?? []).length > 0)
    list.push({
      zh: `自签(试用)机构:${facts.selfIssued?.join(', ')};其效力取决于服务运营方。`,
      en: `Self-issued (trial) authorities: ${facts.selfIssued?.join(', ')}; they rest on the operator of the service.`,
    });
  return list;
}

function doesNotProve({ anchored, intervalSeconds, selfIssued, witnesses }: PackageFacts): Bilingual[] {
  const list: Bilingual[] = [{ zh: '不证明网页内容属实。', en: 'Not that the content is true.' }];
  if (anchored === undefined)
    list.push({
      zh: '没有固定时间戳:封存之前的情况依据取证设备及其操作人。',
      en: 'There is no anchor: everything before the seal rests on the device and its operator.',
    });
  else {
    const span = intervalSeconds === undefined ? undefined : seconds(1000 * intervalSeconds);
    list.push({
      zh: `不证明固定之前的情况${span === undefined ? '' : `(起始至固定 ${span} 秒)`},该时段依据取证设备及其操作人。`,
      en: `Nothing before the anchor${span === undefined ? '' : ` (${span} s from start to anchor)`}: that rests on the device and its operator.`,
    });
  }
  list.push({
    zh: '不证明网页在起始时间之后才到达,也不排除调试器之下的改动(代理、hosts 文件、本地替换)。',
    en: 'Not that the page arrived after the start, nor that nothing below the debugger changed it (proxy, hosts file, local overrides).',
  });
  if ((witnesses ?? []).length === 0)
    list.push({
      zh: '没有见证方:日志可分叉,不能约束日志的运营方。',
      en: 'No witness cosigned: the log could be forked, and does not bind its operator.',
    });
  if ((selfIssued ?? []).length > 0)
    list.push({
      zh: '自签机构不能对抗服务运营方自己。',
      en: 'Self-issued authorities prove nothing against the operator of the service itself.',
    });
  return list;
}
