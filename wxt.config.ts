import preact from '@preact/preset-vite';
import { defineConfig } from 'wxt';
import { EXTENSION_KEY } from './shared/api/extension-id.ts';

/** Nothing from elsewhere runs or is drawn; the only traffic is to the paired service. */
const pagePolicy = [
  "default-src 'none'",
  // WebAssembly: SHA-256 of recordings, three times as fast as in JavaScript.
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self' http://127.0.0.1:* http://localhost:* https:",
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

export default defineConfig({
  srcDir: 'extension',
  publicDir: 'extension/public',
  outDir: 'dist/extension',
  outDirTemplate: '{{browser}}-mv{{manifestVersion}}',
  manifestVersion: 3,
  imports: false,
  vite: () => ({ plugins: [preact()], build: { target: 'chrome125' } }),
  manifest: {
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
    ],
    host_permissions: ['http://127.0.0.1/*', 'http://localhost/*'],
    optional_host_permissions: ['https://*/*'],
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
  },
});
