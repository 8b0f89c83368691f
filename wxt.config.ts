import preact from '@preact/preset-vite';
import { defineConfig } from 'wxt';
import { writeBuildManifest } from './scripts/build-manifest.mjs';
import { EXTENSION_KEY } from './shared/api/extension-id.ts';

/** Nothing from elsewhere runs or is drawn; the only traffic is to the paired service and to authorities set by hand or policy. */
const pagePolicy = [
  "default-src 'none'",
  // WebAssembly: SHA-256 of recordings, three times as fast as in JavaScript.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  // Besides the service: time-stamp authorities, many of which speak plain http; their tokens are signed.
  "connect-src 'self' http: https:",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The preview page draws captured DOM: its own opaque origin, no network, no stored script. */
const previewPolicy = [
  'sandbox allow-scripts',
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "frame-src 'none'",
].join('; ');

/** A manifest of version 2: a page of version 3 may not compile WebAssembly, and its background dies with requests under way. */
const firefoxManifest = {
  name: '__MSG_name__',
  description: '__MSG_description__',
  default_locale: 'zh_CN',
  permissions: [
    'webRequest',
    'webRequestBlocking',
    'tabs',
    'downloads',
    'storage',
    'unlimitedStorage',
    '<all_urls>',
  ],
  // The workbench has no other way in.
  options_ui: { page: 'workbench.html', open_in_tab: true },
  browser_action: { default_title: '__MSG_name__' },
  browser_specific_settings: {
    gecko: {
      id: 'tiezheng@example.org',
      strict_min_version: '140.0',
      data_collection_permissions: { required: ['websiteContent', 'browsingActivity'] },
    },
  },
  content_security_policy: pagePolicy,
} as const;

const chromiumManifest = {
  key: EXTENSION_KEY,
  name: '__MSG_name__',
  description: '__MSG_description__',
  default_locale: 'zh_CN',
  // 125: chrome.debugger reaches frames and workers through flat sessions.
  minimum_chrome_version: '125',
  permissions: [
    'debugger',
    'sidePanel',
    'offscreen',
    'storage',
    'unlimitedStorage',
    'tabs',
    // Only its onErrorOccurred tells a refused certificate from an unreachable host.
    'webNavigation',
    'alarms',
    'downloads',
    // Recording, which Chrome allows on tabs a person called the extension on.
    'tabCapture',
    'contextMenus',
    // Only read: whether the browser has a proxy set. Cannot be optional, and warns of nothing `debugger` does not.
    'proxy',
    // Resolution and scale of the screens; no warning.
    'system.display',
  ],
  // Other extensions, for the environment report; "not checked" without.
  optional_permissions: ['management'],
  host_permissions: ['http://127.0.0.1/*', 'http://localhost/*'],
  optional_host_permissions: ['https://*/*', 'http://*/*'],
  storage: { managed_schema: 'managed-schema.json' },
  action: { default_title: '__MSG_name__' },
  commands: {
    'capture-tab': {
      suggested_key: { default: 'Alt+Shift+C' },
      description: '__MSG_commandCapture__',
    },
    'record-tab': {
      suggested_key: { default: 'Alt+Shift+R' },
      description: '__MSG_commandRecord__',
    },
  },
  content_security_policy: { extension_pages: pagePolicy, sandbox: previewPolicy },
};

export default defineConfig({
  hooks: { 'build:done': ({ config }) => writeBuildManifest(config.outDir) },
  srcDir: 'extension',
  publicDir: 'extension/public',
  outDir: 'dist/extension',
  outDirTemplate: '{{browser}}-mv{{manifestVersion}}',
  manifestVersion: 3,
  imports: false,
  vite: ({ browser }) => ({
    plugins: [preact()],
    build: { target: browser === 'firefox' ? 'firefox140' : 'chrome125' },
    // Firefox' own name for the same API; its `chrome` knows callbacks only.
    ...(browser === 'firefox' ? { define: { chrome: 'browser' } } : {}),
  }),
  manifest: ({ browser }) => (browser === 'firefox' ? firefoxManifest : chromiumManifest),
});
