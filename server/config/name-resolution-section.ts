import { isIPv4, isIPv6 } from 'node:net';
import * as v from 'valibot';

const server = v.pipe(
  v.string(),
  v.maxLength(60),
  v.check((text) => isServer(text), 'not an IP address, with or without a port'),
);

/** `nameResolution`: whether devices may ask what the service's own resolvers answer for the hosts they captured. */
export const nameResolutionSection = v.strictObject({
  enabled: v.optional(v.boolean(), false),
  /** DNS servers, each asked for itself; none: as the operating system is set. */
  servers: v.optional(v.pipe(v.array(server), v.maxLength(5)), []),
});
export type NameResolutionSettings = v.InferOutput<typeof nameResolutionSection>;

/** As `dns.setServers` takes them: `192.0.2.1`, `192.0.2.1:53`, `2001:db8::1`, `[2001:db8::1]:53`. */
function isServer(text: string): boolean {
  const [, bracketed] = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(text) ?? [];
  if (bracketed !== undefined) return isIPv6(bracketed);
  return isIPv6(text) || isIPv4(text.replace(/:\d{1,5}$/, ''));
}
