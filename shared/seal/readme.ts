import { bundlePath } from '#shared/bundle/layout';
import { toUtf8 } from '#shared/lib/utf8';
import { beijingTime, utcTime } from './instant.ts';
import { packagePath } from './layout.ts';

export interface ReadmeInput {
  readonly packageId: string;
  readonly captureId: string;
  readonly systemName: string;
  readonly organisation: string;
  /** UTC ms. */
  readonly sealedAt: number;
  /** Whether signing certificate or time-stamps come from the built-in trial authority. */
  readonly selfIssued: boolean;
  /** Whether the package holds SM3 hashes and SM2 signatures too. */
  readonly hasSm2: boolean;
  /** For each time-stamp over the sealed text the number of its root in `trust/`; at least one. */
  readonly sealRoots: readonly number[];
  /** Number of the root of the journal's token; `undefined` where the package has no root for it. */
  readonly anchorRoot: number | undefined;
}

/**
 * `README.txt`: how to check the package with `sha256sum` and `openssl` alone, Chinese then English. Commands are
 * the lines indented by four spaces, each complete in itself, for the folder the package was unzipped into.
 */
export function buildReadme(input: ReadmeInput): Uint8Array<ArrayBuffer> {
  const sections = [first, about, files, signature, time, afterExpiry, otherSignatures, log, limits];
  return toUtf8(sections.map((section) => section(input)).join('\n'));
}

/** The commands of a README, in order. */
export function readmeCommands(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.slice(4));
}

function about({ systemName, organisation, sealedAt }: ReadmeInput): string {
  return `系统 System: ${systemName}
运营方 Operated by: ${organisation}
封存时间 Sealed: ${beijingTime(sealedAt)} (UTC+8) = ${utcTime(sealedAt)}
`;
}

function first({ packageId, selfIssued, sealRoots, anchorRoot = 1 }: ReadmeInput): string {
  const numbers = [...new Set([...sealRoots, anchorRoot])].sort((a, b) => a - b);
  const roots = [packagePath.caCertificate, ...numbers.map(packagePath.tsaCa), packagePath.logKey];
  const trial = selfIssued
    ? `本包的签名证书或时间戳由系统自建机构签发：自签(试用)。
Signing certificate or time-stamps come from the built-in authority: self-issued (trial).
`
    : '';
  return `${packageId} 封存包核验说明 · How to check this sealed package

0. 先比对信任根 · Compare the roots first
本包不能自证其来源。先算出下列文件的 SHA-256，与从别处（运营方官网、公告、当面）取得的值逐字比对。不一致，或
无处可比时，以下各步只说明本包前后一致，不说明由谁、在何时封存。
The package cannot vouch for itself. Compare these SHA-256 values with ones obtained elsewhere (the operator's
site, a notice, in person). If they differ, or you have none, the steps below show only that the package is
consistent, not who sealed it or when.
    sha256sum ${roots.join(' ')}
${trial}`;
}

function files(): string {
  return `1. 文件未变 · Files unchanged
在解压后的文件夹内执行；每行都应为 OK。macOS 用 shasum -a 256 代替 sha256sum。未列出的文件不受保护，不应存在。
Run in the folder you unzipped into; every line must say OK. On macOS: shasum -a 256. A file that is not listed
is not covered and should not be there.
    sha256sum -c --strict ${packagePath.manifest} ${packagePath.tagManifest} ${packagePath.sealManifest}
`;
}

function signature(): string {
  return `2. 签名 · Signature (CAdES)
应显示 CAdES Verification successful。Must say: CAdES Verification successful.
    ${cmsVerify()}
`;
}

function cmsVerify(): string {
  return [
    'openssl cms -verify -cades -binary -inform DER',
    `-in ${packagePath.cms} -content ${packagePath.tagManifest}`,
    `-CAfile ${packagePath.caCertificate} -purpose any -crl_check -out /dev/null`,
  ].join(' ');
}

function time({ captureId, sealRoots, anchorRoot }: ReadmeInput): string {
  const bundle = packagePath.bundle(captureId);
  const folder = 'unpacked';
  const journal = `${folder}/${bundlePath.journal}`;
  const anchor = anchorRoot
    ? `操作日志的时间戳（取证结束时固定；日志含每个文件的校验值）。
Time-stamp of the journal, made when the capture ended; the journal holds the hash of every file.
    unzip -q -o ${bundle} ${bundlePath.journal} ${bundlePath.journalToken} -d ${folder}
    ${stampVerify(journal, `${folder}/${bundlePath.journalToken}`, anchorRoot)}
    openssl ts -reply -in ${folder}/${bundlePath.journalToken} -text
`
    : `本证据包没有可用 trust/ 内根证书核对的操作日志时间戳。The bundle has no time-stamp over its journal that a root in
trust/ could check.
`;
  return `3. 时间戳 · Time-stamps (RFC 3161)
应显示 Verification: OK；-text 显示时间。Must say: Verification: OK; -text shows the time.
清单与证据包的时间戳（封存时）。Time-stamps of the tag manifest and of the bundle, made at sealing.
${sealRoots.map((root, index) => `    ${stampVerify(packagePath.tagManifest, sealToken(index + 1), root)}\n`).join('')}\
    ${stampVerify(bundle, packagePath.bundleToken(captureId), sealRoots[0])}
    openssl ts -reply -in ${packagePath.token} -text
${anchor}`;
}

function stampVerify(data: string, token: string, root = 1, attime = ''): string {
  return `openssl ts -verify -data ${data} -in ${token} -CAfile ${packagePath.tsaCa(root)}${attime}`;
}

function sealToken(n: number): string {
  return n === 1 ? packagePath.token : packagePath.furtherToken(n);
}

function otherSignatures({ hasSm2 }: ReadmeInput): string {
  return `5. 其他签名 · Other signatures
${packagePath.xades}（XAdES-LT，覆盖每个文件）可用 xmlsec1 或 ASiC 核验程序（如 digidoc-tool）核对；
${packagePath.certificate}（PAdES）可用 pdfsig 或 PDF 阅读器核对。
The XAdES-LT signature over every file is read by xmlsec1 and ASiC verifiers (digidoc-tool), the PAdES signature of
the certificate by pdfsig and PDF readers.
${hasSm2 ? sm2() : ''}`;
}

function sm2(): string {
  const verify = (data: string, signature: string) =>
    [
      'openssl pkeyutl -verify -rawin -digest sm3 -pkeyopt distid:1234567812345678',
      `-pubin -inkey ${packagePath.sm2Key} -in ${data} -sigfile ${signature}`,
    ].join(' ');
  return `SM2 签名与 SM3 清单（商用密码）；每个文件的 SM3：openssl dgst -sm3 -r 文件名。
SM2 signatures and SM3 manifest; the SM3 of a file: openssl dgst -sm3 -r FILE.
    ${verify(packagePath.sm3Manifest, packagePath.sm3ManifestSignature)}
    ${verify(packagePath.tagManifest, packagePath.tagManifestSm2)}
`;
}

function afterExpiry({ sealRoots }: ReadmeInput): string {
  const stamped = `$(date -u -d "$(openssl ts -reply -in ${packagePath.token} -text | sed -n 's/^Time stamp: //p')" +%s)`;
  return `4. 证书到期之后 · After certificates have expired
证书到期后，openssl 会显示 certificate has expired。先核对时间戳，再以时间戳的时间核对签名（date 为 GNU 版本）。
openssl then says: certificate has expired. Check the time-stamp first, then the signature as of that time
(GNU date).
    ${stampVerify(packagePath.tagManifest, packagePath.token, sealRoots[0], ` -attime "${stamped}"`)}
    ${cmsVerify()} -attime "${stamped}"
`;
}

function log({ packageId }: ReadmeInput): string {
  return `6. 日志证明 · Log proof
${packagePath.logProof} 是 C2SP tlog-proof，证明下列六行（每行以换行结束）在日志中：
It is a C2SP tlog-proof that the log holds these six lines, each ended by a line feed:
  evidence-seal/v1
  ${packageId}
  证据包的 SHA-256 · SHA-256 of the bundle (data/*.wacz)
  ${packagePath.bagInfo} 的 Previous-Seal 值 · the value of Previous-Seal in ${packagePath.bagInfo}
  ${packagePath.tagManifest} 的 SHA-256 · its SHA-256
  ${packagePath.sealManifest} 的 SHA-256 · its SHA-256
用核验程序离线核对（一并核对以上各步与未列出的文件）。With our verifier, offline, together with all of the above
and files that are not listed:
  npm run verify -- ${packageId}.asice --trust <信任文件 trust file>
`;
}

function limits(): string {
  return `7. 不能证明什么 · What this does not show
不证明网页内容属实；不证明时间戳时间之前的情况，该时段依据取证设备及其操作人。详见 certificate.pdf。
Not that the content is true, and nothing about the time before the time-stamp, which rests on the device and its
operator. See certificate.pdf.
`;
}
