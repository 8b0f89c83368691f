import * as v from 'valibot';
import { databaseSection } from './database-section.ts';
import { encryptionSection } from './encryption-section.ts';
import { httpsSection, listenAddress, publicUrl } from './https-section.ts';
import { limitsSection } from './limits-section.ts';
import { logSection } from './log-section.ts';
import { nameResolutionSection } from './name-resolution-section.ts';
import { oidcSection } from './oidc-section.ts';
import { proxyList } from './proxy-list.ts';
import { secondLookSection } from './second-look-section.ts';
import { trustEntries } from './trust-section.ts';
import { shortText, textList, wholeNumber } from './values.ts';

/** Settings of one value: also arguments (`--min-free-bytes`). */
export const plainSettings = {
  host: v.optional(listenAddress, '127.0.0.1'),
  publicUrl: v.optional(publicUrl),
  port: v.optional(wholeNumber(65_535)),
  organisation: v.optional(shortText, '试用机构 Trial organisation'),
  systemName: v.optional(shortText, '电子数据固定系统'),
  hosts: v.optional(textList, []),
  origins: v.optional(textList, []),
  maxUploadBytes: v.optional(wholeNumber(2 ** 45), 20 * 2 ** 30),
  uploadExpiryHours: v.optional(wholeNumber(100_000), 168),
  gapAfterHours: v.optional(wholeNumber(100_000), 168),
  minFreeBytes: v.optional(wholeNumber(2 ** 45), 2 ** 29),
  knownBuilds: v.optional(textList, []),
  trustedProxies: v.optional(proxyList, []),
};

/**
 * Every setting there is, as the configuration file holds it. A member that is not known is an error, because a
 * mistyped setting must not silently be none. A further group is one file with its schema and one line here.
 */
export const settingsSchema = v.strictObject({
  ...plainSettings,
  log: v.optional(logSection, {}),
  limits: v.optional(limitsSection, {}),
  secondLook: v.optional(secondLookSection, {}),
  database: v.optional(databaseSection),
  encryption: v.optional(encryptionSection),
  nameResolution: v.optional(nameResolutionSection, {}),
  https: v.optional(httpsSection, {}),
  oidc: v.optional(oidcSection),
  ...trustEntries,
});
export type Settings = v.InferOutput<typeof settingsSchema>;
