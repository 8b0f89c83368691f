// Installs what is missing, finds a browser, builds the extension. Plain Node, no dependencies, idempotent.
//   node scripts/setup.mjs [--no-browser] [--no-build] [--tools] [--outside-tools] [--quiet]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser } from './find-browser.mjs';
import { fingerprint } from './fingerprint.mjs';
import { isServerBuilt } from './is-server-built.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const options = new Set(process.argv.slice(2));
const say = (text) => options.has('--quiet') || process.stderr.write(`${text}\n`);
const stampFile = join(root, 'node_modules', '.cache', 'tiezheng', 'setup.json');

class SetupError extends Error {}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

function writeStamp(part) {
  const stamp = { ...readStamp(), ...part };
  mkdirSync(join(stampFile, '..'), { recursive: true });
  writeFileSync(stampFile, JSON.stringify(stamp));
}

/** Runs a command; its output is shown only when it fails. */
function run(command, args, failure) {
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    maxBuffer: 64 << 20,
  });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}\n`);
  throw new SetupError(failure);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`Node ${process.versions.node} is too old: install Node 20.19 or newer.`);
  }
}

/**
 * `npm install`, not `npm ci`: the lock file may have been written where the registry offers the binaries of that
 * platform only, and `npm ci` refuses such a file elsewhere. Versions and integrity come from the lock file all the same.
 */
function installPackages() {
  const lock = fingerprint(['package.json', 'package-lock.json', '.npmrc'].map((name) => join(root, name)));
  const platform = `${process.platform}-${process.arch}-${process.versions.modules}`;
  const stamp = readStamp();
  if (stamp.lock === lock && stamp.platform === platform) return;
  say('Installing npm packages …');
  run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--loglevel=error'],
    'npm could not install the packages (its message is above). Nothing else was changed; run the same command again.',
  );
  writeStamp({ lock, platform, build: undefined });
}

function isDebianRoot() {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

function installFromDebian(packages) {
  say(`Installing ${packages.join(' ')} …`);
  const failure = `apt-get could not install ${packages.join(' ')} (its message is above).`;
  const apt = ['DEBIAN_FRONTEND=noninteractive', 'apt-get'];
  run('env', [...apt, 'update'], failure);
  run('env', [...apt, 'install', '-y', '--no-install-recommends', ...packages], failure);
}

function installBrowser() {
  if (findBrowser() !== undefined) return;
  if (isDebianRoot()) installFromDebian(['chromium', 'fonts-noto-cjk']);
  if (findBrowser() === undefined) {
    throw new SetupError(
      'No browser found: install Chromium, Google Chrome or Microsoft Edge, or set CHROMIUM_PATH to one. 未找到浏览器:请安装 Chromium、Chrome 或 Edge,或用 CHROMIUM_PATH 指定。',
    );
  }
}

/** What outsiders check packages with; tests that use them skip loudly where they cannot be installed. */
const tools = [
  ['openssl', 'openssl'],
  ['unzip', 'unzip'],
  ['pdftotext', 'poppler-utils'],
  ['xmlsec1', 'xmlsec1'],
  ['certtool', 'gnutls-bin'],
  ['qpdf', 'qpdf'],
  ['certutil', 'libnss3-tools'],
  ['firefox-esr', 'firefox-esr'],
  ['softhsm2-util', 'softhsm2'],
  ['/usr/lib/postgresql', 'postgresql'],
  ['systemd-analyze', 'systemd'],
  ['/usr/sbin/nginx', 'nginx-light'],
  ['Xvfb', 'xvfb'],
  ['xdotool', 'xdotool'],
];

/** The rest of them, for `npm run test:outside`; an absolute path is a library. */
const outsideTools = [
  ...tools,
  ['7z', 'p7zip-full'],
  ['/usr/share/java/bcpkix.jar', 'libbcpkix-java'],
  ['javac', 'default-jdk-headless'],
];

function installTools(wanted) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const missing = wanted.filter(
    ([command]) => ![...folders, '/'].some((folder) => existsSync(join(folder, command))),
  );
  if (missing.length > 0 && isDebianRoot()) installFromDebian(missing.map(([, name]) => name));
}

function buildExtension() {
  const sources = [
    'extension',
    'shared',
    'wxt.config.ts',
    'package-lock.json',
    'scripts/build-manifest.mjs',
  ].map((name) => join(root, name));
  const build = fingerprint(sources);
  const built = join(root, 'dist', 'extension', 'chrome-mv3', 'manifest.json');
  if (readStamp().build === build && existsSync(built)) return;
  say('Building the extension …');
  run(
    process.execPath,
    [join('node_modules', 'wxt', 'bin', 'wxt.mjs'), 'build'],
    'The extension could not be built.',
  );
  writeStamp({ build });
}

/** What people open in a browser; the service serves it from dist/portal. */
function buildPortal() {
  const sources = ['server/portal', 'shared', 'scripts/build-portal.mjs', 'package-lock.json'];
  const portal = fingerprint(sources.map((name) => join(root, name)));
  const built = join(root, 'dist', 'portal', 'index.html');
  if (readStamp().portal === portal && existsSync(built)) return;
  say('Building the pages …');
  run(process.execPath, [join('scripts', 'build-portal.mjs')], 'The pages could not be built.');
  writeStamp({ portal });
}

/** The service in a few files; server/bin.mjs runs them. Half a second, so the command line too has them built. */
function buildServer() {
  if (isServerBuilt()) return;
  say('Building the service …');
  run(process.execPath, [join('scripts', 'build-server.mjs')], 'The service could not be built.');
}

try {
  const started = Date.now();
  checkNode();
  installPackages();
  if (!options.has('--no-browser')) installBrowser();
  if (options.has('--tools')) installTools(tools);
  if (options.has('--outside-tools')) installTools(outsideTools);
  buildServer();
  if (!options.has('--no-build')) {
    buildExtension();
    buildPortal();
  }
  say(`Ready (${((Date.now() - started) / 1000).toFixed(1)} s).`);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
