import type { Role } from '#shared/api/people';

/** Words of the portal, in one language. */
export interface PortalText {
  readonly title: string;
  readonly pages: string;
  readonly home: string;
  readonly signOut: string;
  readonly otherLanguage: string;
  readonly otherLanguageTag: string;
  readonly insecure: string;
  readonly trustFile: string;
  readonly wait: string;
  readonly back: string;
  readonly remove: string;
  readonly since: string;
  readonly validUntil: string;

  readonly signInTitle: string;
  readonly signIn: string;
  readonly userName: string;
  readonly password: string;
  readonly code: string;
  readonly codeHint: string;
  readonly otherWays: string;
  readonly signInByPasskey: string;
  readonly signInAt: (provider: string) => string;
  readonly noPasskeysHere: string;

  readonly invitationTitle: string;
  readonly invitationIntro: string;
  readonly invitationMissing: string;
  readonly invitationDone: string;
  readonly newPassword: string;
  readonly passwordHint: string;
  readonly passwordAgain: string;
  readonly accept: string;
  readonly acceptAt: (provider: string) => string;

  readonly role: string;
  readonly roles: Readonly<Record<Role, string>>;
  readonly organisation: string;

  readonly devicesTitle: string;
  readonly devicesIntro: string;
  readonly devicesForbidden: string;
  readonly noDevices: string;
  readonly showMore: string;
  readonly cancel: string;
  readonly pairedSince: string;
  readonly deviceActive: string;
  readonly deviceSuspended: string;
  readonly deviceRevoked: string;
  readonly deviceReason: string;
  readonly deviceChange: Readonly<Record<'revoke' | 'reinstate', string>>;
  readonly deviceChangeHint: Readonly<Record<'revoke' | 'reinstate', string>>;

  readonly pairTitle: string;
  readonly pairIntro: string;
  readonly makeCode: string;
  readonly makeAnotherCode: string;
  readonly serviceAddress: string;
  readonly pairingCode: string;
  readonly pairingLinkLabel: string;
  readonly pairingQr: string;

  readonly securityTitle: string;
  readonly passkeys: string;
  readonly passkeysIntro: string;
  readonly passkeyName: string;
  readonly addPasskey: string;
  readonly currentPassword: string;
  readonly totp: string;
  readonly totpOn: string;
  readonly totpOff: string;
  readonly totpBegin: string;
  readonly totpScan: string;
  readonly totpQr: string;
  readonly totpSecret: string;
  readonly totpTurnOn: string;
  readonly totpTurnOff: string;
  readonly changePassword: string;
  readonly passwordChanged: string;
  readonly sessions: string;
  readonly thisBrowser: string;
  readonly lastSeen: string;
  readonly unknownBrowser: string;
  readonly tokens: string;
  readonly tokensIntro: string;
  readonly tokenName: string;
  readonly scopes: string;
  readonly makeToken: string;
  readonly tokenOnce: string;
}
