import type { AuditAction } from '#shared/api/audit-entry';
import { roles, type Scope } from '#shared/api/people';
import type { Standing } from '../identity/caller.ts';
import type { SubjectKind } from './find-subject.ts';

/** Who may use a route, on what, and what the audit trail must then hold. */
export interface Rule {
  readonly allow: readonly Standing[];
  /** What `:id` names: only what the caller's organisation, office or device may reach, else 404. */
  readonly subject?: SubjectKind;
  /** What an API token must carry; tokens are refused where there is none. */
  readonly scope?: Scope;
  /** Only people of the operating organisation. */
  readonly operator?: true;
  /** The entry without which no successful answer leaves. */
  readonly audit?: AuditAction;
}

const anyone: Rule = { allow: ['anyone'] };
const device: Rule = { allow: ['device'] };
const uploader: Rule = { allow: ['device', 'revoked-device'] };
const devices = ['device', 'suspended-device', 'revoked-device'] as const;
const officers = ['investigator', 'second-officer', 'case-handler'] as const;
const self: Rule = { allow: roles };
const manager = ['administrator', 'system'] as const;

const packageFile = (audit: AuditAction): Rule => ({
  allow: ['system', ...devices, ...officers, 'notary'],
  subject: 'package',
  scope: 'packages:download',
  audit,
});

/**
 * The one authorisation table: every route, by method and pattern (GET stands for HEAD too). A route that is not
 * listed is refused, and keeps the service from starting.
 */
export const authorisationTable: Readonly<Record<string, Rule>> = {
  'GET /': anyone,
  'GET /sign-in': anyone,
  'GET /invitation': anyone,
  'GET /security': anyone,
  'GET /pair': anyone,
  'GET /devices': anyone,
  'GET /oidc/callback': anyone,
  'GET /assets/:file': anyone,
  'GET /health': anyone,
  'GET /ready': anyone,
  'GET /metrics': { allow: ['system'] },
  'GET /trust': anyone,
  'GET /crl': anyone,
  'POST /ocsp': anyone,
  'GET /ocsp/*': anyone,
  'GET /api/v1/openapi.json': anyone,
  'GET /api/v1/time': anyone,
  'GET /api/v1/log/checkpoint': anyone,
  'GET /api/v1/log/tile/*': anyone,

  'POST /api/v1/pairing': { ...anyone, audit: 'device-pair' },
  'POST /api/v1/sessions/nonce': anyone,
  'POST /api/v1/sessions': { ...anyone, audit: 'sign-in' },
  'POST /api/v1/observations': device,
  'POST /api/v1/name-resolutions': device,
  'POST /api/v1/challenges': device,
  'POST /api/v1/challenges/carried': {
    allow: manager,
    scope: 'devices:manage',
    audit: 'challenge-file-issue',
  },
  'POST /api/v1/closings': device,
  'POST /api/v1/anchors': device,
  'POST /api/v1/imports': { allow: ['system'], audit: 'bundle-import' },
  'POST /api/v1/uploads': uploader,
  'HEAD /api/v1/uploads/:id': uploader,
  'PATCH /api/v1/uploads/:id': uploader,
  'DELETE /api/v1/uploads/:id': uploader,

  'GET /api/v1/sign-in': anyone,
  'POST /api/v1/sign-in/passkey/options': anyone,
  'POST /api/v1/sign-in/passkey': { ...anyone, audit: 'sign-in' },
  'POST /api/v1/oidc/begin': anyone,
  'POST /api/v1/oidc/finish': { ...anyone, audit: 'sign-in' },
  'POST /api/v1/sign-in': { ...anyone, audit: 'sign-in' },
  'POST /api/v1/invitations/accept': { ...anyone, audit: 'invitation-accept' },
  'POST /api/v1/sign-out': { ...self, audit: 'sign-out' },
  'GET /api/v1/me': { ...self, scope: 'cases:read' },
  'POST /api/v1/me/password': { ...self, audit: 'password-change' },
  'POST /api/v1/me/totp': self,
  'PUT /api/v1/me/totp': { ...self, audit: 'totp-change' },
  'DELETE /api/v1/me/totp': { ...self, audit: 'totp-change' },
  'GET /api/v1/me/passkeys': self,
  'POST /api/v1/me/passkeys/options': self,
  'POST /api/v1/me/passkeys': { ...self, audit: 'passkey-add' },
  'DELETE /api/v1/me/passkeys/:id': { ...self, audit: 'passkey-remove' },
  'GET /api/v1/me/sessions': self,
  'DELETE /api/v1/me/sessions/:id': { ...self, audit: 'session-revoke' },
  'GET /api/v1/me/tokens': self,
  'POST /api/v1/me/tokens': { ...self, audit: 'token-issue' },
  'DELETE /api/v1/me/tokens/:id': { ...self, audit: 'token-revoke' },

  'GET /api/v1/organisations': { allow: [...roles, 'system'], audit: 'organisation-list' },
  'POST /api/v1/organisations': { allow: manager, operator: true, audit: 'organisation-add' },
  'GET /api/v1/users': { allow: [...manager, 'auditor'], audit: 'user-list' },
  'POST /api/v1/users': { allow: manager, audit: 'user-add' },
  'PATCH /api/v1/users/:id': { allow: manager, subject: 'user', audit: 'user-change' },
  'POST /api/v1/users/:id/invitation': { allow: manager, subject: 'user', audit: 'invitation-issue' },
  'PUT /api/v1/users/:id/identity': { allow: manager, subject: 'user', audit: 'identity-link' },
  'DELETE /api/v1/users/:id/identity': { allow: manager, subject: 'user', audit: 'identity-unlink' },
  'DELETE /api/v1/users/:id/sessions': { allow: manager, subject: 'user', audit: 'session-revoke' },

  'POST /api/v1/pairing-codes': {
    allow: [...manager, 'investigator', 'second-officer'],
    scope: 'devices:manage',
    audit: 'pairing-code-issue',
  },
  'GET /api/v1/devices': { allow: [...manager, 'auditor'], scope: 'devices:manage', audit: 'device-list' },
  'POST /api/v1/devices/:id/revoke': {
    allow: manager,
    subject: 'device',
    scope: 'devices:manage',
    audit: 'device-revoke',
  },
  'POST /api/v1/devices/:id/reinstate': {
    allow: manager,
    subject: 'device',
    scope: 'devices:manage',
    audit: 'device-reinstate',
  },

  'GET /api/v1/audit': { allow: ['auditor', ...manager], scope: 'audit:read', audit: 'audit-view' },
  'GET /api/v1/audit/export': { allow: ['auditor', ...manager], scope: 'audit:read', audit: 'audit-export' },

  'GET /api/v1/cases': {
    allow: ['system', ...devices, ...roles],
    scope: 'cases:read',
    audit: 'case-list',
  },
  'POST /api/v1/cases': { allow: ['device', ...officers], scope: 'cases:write', audit: 'case-add' },

  'GET /api/v1/cases/:id': { allow: roles, subject: 'case', scope: 'cases:read', audit: 'case-view' },
  'PATCH /api/v1/cases/:id': {
    allow: officers,
    subject: 'case',
    scope: 'cases:write',
    audit: 'case-change',
  },
  'PUT /api/v1/cases/:id/offices/:office': {
    allow: ['case-handler', 'administrator'],
    subject: 'case',
    audit: 'case-share',
  },
  'DELETE /api/v1/cases/:id/offices/:office': {
    allow: ['case-handler', 'administrator'],
    subject: 'case',
    audit: 'case-unshare',
  },

  'PUT /api/v1/cases/:id/hold': {
    allow: ['case-handler', 'administrator'],
    subject: 'case',
    audit: 'case-hold',
  },
  'DELETE /api/v1/cases/:id/hold': {
    allow: ['case-handler', 'administrator'],
    subject: 'case',
    audit: 'case-release',
  },

  'GET /api/v1/retention': {
    allow: ['case-handler', 'auditor', ...manager],
    scope: 'cases:read',
    audit: 'retention-list',
  },
  // One person asks, another confirms, or whoever runs the service, on its machine; no token of a program does either.
  'POST /api/v1/packages/:id/deletion': {
    allow: ['case-handler', 'administrator'],
    subject: 'package',
    audit: 'deletion-request',
  },
  'DELETE /api/v1/packages/:id/deletion': {
    allow: ['case-handler', 'administrator'],
    subject: 'package',
    audit: 'deletion-withdraw',
  },
  'POST /api/v1/packages/:id/deletion/confirmation': {
    allow: manager,
    subject: 'package',
    audit: 'deletion-confirm',
  },
  'GET /api/v1/packages/:id/tombstone': {
    allow: roles,
    subject: 'package',
    scope: 'packages:read',
    audit: 'package-view',
  },

  'GET /api/v1/packages': {
    allow: ['system', ...devices, ...roles],
    scope: 'packages:read',
    audit: 'package-list',
  },
  'GET /api/v1/packages/:id': {
    allow: ['system', ...devices, ...roles],
    subject: 'package',
    scope: 'packages:read',
    audit: 'package-view',
  },
  'GET /api/v1/packages/:id/events': {
    allow: ['system', ...devices, ...roles],
    subject: 'package',
    scope: 'packages:read',
    audit: 'package-view',
  },
  'POST /api/v1/packages/:id/case': {
    allow: officers,
    subject: 'package',
    scope: 'cases:write',
    audit: 'package-assign',
  },
  'GET /api/v1/packages/:id/corrections': {
    allow: roles,
    subject: 'package',
    scope: 'packages:read',
    audit: 'package-view',
  },
  'POST /api/v1/packages/:id/second-looks': {
    allow: officers,
    subject: 'package',
    scope: 'cases:write',
    audit: 'second-look',
  },
  'GET /api/v1/packages/:id/second-looks': {
    allow: roles,
    subject: 'package',
    scope: 'packages:read',
    audit: 'package-view',
  },
  'GET /api/v1/packages/:id/second-looks/:n': {
    allow: [...officers, 'notary'],
    subject: 'package',
    scope: 'packages:download',
    audit: 'second-look-download',
  },
  'GET /api/v1/packages/:id/custody': {
    allow: roles,
    subject: 'package',
    scope: 'packages:read',
    audit: 'custody-view',
  },
  'GET /api/v1/packages/:id/package': packageFile('package-download'),
  'GET /api/v1/packages/:id/certificate': packageFile('certificate-download'),
  'GET /api/v1/packages/:id/bundle': packageFile('bundle-download'),
  'GET /api/v1/packages/:id/receipt': packageFile('receipt-download'),
};
