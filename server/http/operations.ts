import type { GenericSchema } from 'valibot';
import {
  assignmentRequest,
  auditAnswer,
  auditQuery,
  caseChange,
  caseDetailAnswer,
  casesQuery,
  correctionFile,
  correctionsAnswer,
  custodyAnswer,
  downloadQuery,
  entriesQuery,
  newCaseRequest,
  packagesQuery,
} from '#shared/api/cases';
import {
  acceptRequest,
  apiTokenRequest,
  apiTokensAnswer,
  devicesAnswer,
  invitationAnswer,
  meAnswer,
  newApiTokenAnswer,
  organisationRequest,
  organisationsAnswer,
  passwordRequest,
  reasonRequest,
  signInRequest,
  totpAnswer,
  totpConfirmation,
  totpRequest,
  userChange,
  userRequest,
  userSessionsAnswer,
  usersAnswer,
} from '#shared/api/people';
import {
  anchorAnswer,
  anchorRequest,
  caseAnswer,
  casesAnswer,
  challengeAnswer,
  challengeRequest,
  healthAnswer,
  packageAnswer,
  packagesAnswer,
  pageQuery,
  pairingAnswer,
  pairingCodeAnswer,
  pairingRequest,
  sessionAnswer,
  sessionNonceAnswer,
  sessionNonceRequest,
  sessionRequest,
  timeAnswer,
} from '#shared/api/schemas';
import { receiptSchema } from '#shared/seal/receipt';

/** What a route takes and gives, beside who may use it. */
export interface Operation {
  readonly summary: string;
  readonly query?: GenericSchema;
  /** JSON body; `media` instead for any other. */
  readonly body?: GenericSchema;
  /** JSON answer; `media` instead for any other, neither for 204. */
  readonly answer?: GenericSchema;
  readonly media?: string;
  /** Of the good answer; 200 with one, 204 without. */
  readonly status?: number;
}

const paged = { query: pageQuery };
const file = (summary: string, media: string): Operation => ({ summary, query: downloadQuery, media });

/** Every route of the authorisation table, described. */
export const operations: Readonly<Record<string, Operation>> = {
  'GET /health': { summary: 'The process answers', answer: healthAnswer },
  'GET /ready': { summary: 'Store and log answer', answer: healthAnswer },
  'GET /metrics': { summary: 'Numbers for Prometheus', media: 'text/plain' },
  'GET /trust': { summary: 'Trust file of the organisation', media: 'text/plain' },
  'GET /crl': { summary: 'Revocation list of the signing authority', media: 'application/pkix-crl' },
  'POST /ocsp': { summary: 'OCSP (RFC 6960 appendix A)', media: 'application/ocsp-response' },
  'GET /ocsp/*': { summary: 'OCSP (RFC 6960 appendix A)', media: 'application/ocsp-response' },
  'GET /api/v1/openapi.json': { summary: 'This document', media: 'application/json' },
  'GET /api/v1/time': { summary: 'Clock of the service', answer: timeAnswer },
  'GET /api/v1/log/checkpoint': { summary: 'Signed checkpoint of the log', media: 'text/plain' },
  'GET /api/v1/log/tile/*': {
    summary: 'Tile of the log (C2SP tlog-tiles)',
    media: 'application/octet-stream',
  },

  'POST /api/v1/pairing': { summary: 'Pair a device', body: pairingRequest, answer: pairingAnswer },
  'POST /api/v1/pairing-codes': { summary: 'New pairing code', answer: pairingCodeAnswer },
  'POST /api/v1/sessions/nonce': {
    summary: 'Nonce for a device to sign',
    body: sessionNonceRequest,
    answer: sessionNonceAnswer,
  },
  'POST /api/v1/sessions': { summary: 'Sign a device in', body: sessionRequest, answer: sessionAnswer },
  'POST /api/v1/challenges': {
    summary: 'Challenge 起始时间凭证',
    body: challengeRequest,
    answer: challengeAnswer,
  },
  'POST /api/v1/anchors': { summary: 'Anchor 时间戳固定', body: anchorRequest, answer: anchorAnswer },
  'POST /api/v1/uploads': { summary: 'Begin an upload (tus 1.0)', status: 201 },
  'HEAD /api/v1/uploads/:id': { summary: 'How much has arrived (tus 1.0)', status: 200 },
  'PATCH /api/v1/uploads/:id': { summary: 'More bytes (tus 1.0)' },
  'DELETE /api/v1/uploads/:id': { summary: 'Give an upload up (tus 1.0)' },

  'POST /api/v1/sign-in': { summary: 'Sign a person in', body: signInRequest, answer: meAnswer },
  'POST /api/v1/invitations/accept': { summary: 'Set the password of an invited user', body: acceptRequest },
  'POST /api/v1/sign-out': { summary: 'End this session' },
  'GET /api/v1/me': { summary: 'Who is signed in', answer: meAnswer },
  'POST /api/v1/me/password': { summary: 'Change the password', body: passwordRequest, answer: meAnswer },
  'POST /api/v1/me/totp': { summary: 'New TOTP secret', body: totpRequest, answer: totpAnswer },
  'PUT /api/v1/me/totp': { summary: 'Put it in force', body: totpConfirmation },
  'DELETE /api/v1/me/totp': { summary: 'Give TOTP up', body: totpConfirmation },
  'GET /api/v1/me/sessions': { summary: 'Own sessions', answer: userSessionsAnswer },
  'DELETE /api/v1/me/sessions/:id': { summary: 'End an own session' },
  'GET /api/v1/me/tokens': { summary: 'Own API tokens', answer: apiTokensAnswer },
  'POST /api/v1/me/tokens': {
    summary: 'New API token',
    body: apiTokenRequest,
    answer: newApiTokenAnswer,
    status: 201,
  },
  'DELETE /api/v1/me/tokens/:id': { summary: 'Revoke an API token' },

  'GET /api/v1/organisations': { summary: 'Organisations', answer: organisationsAnswer },
  'POST /api/v1/organisations': {
    summary: 'New organisation with its first administrator',
    body: organisationRequest,
    media: 'application/json',
    status: 201,
  },
  'GET /api/v1/users': { summary: 'Users', ...paged, answer: usersAnswer },
  'POST /api/v1/users': { summary: 'New user', body: userRequest, answer: invitationAnswer, status: 201 },
  'PATCH /api/v1/users/:id': { summary: 'Change a user', body: userChange, media: 'application/json' },
  'POST /api/v1/users/:id/invitation': { summary: 'Invite again', answer: invitationAnswer, status: 201 },
  'DELETE /api/v1/users/:id/sessions': { summary: 'End all sessions of a user' },
  'GET /api/v1/devices': { summary: 'Devices', ...paged, answer: devicesAnswer },
  'POST /api/v1/devices/:id/revoke': {
    summary: 'Revoke a device',
    body: reasonRequest,
    media: 'application/json',
  },
  'POST /api/v1/devices/:id/reinstate': {
    summary: 'Reinstate a suspended device',
    body: reasonRequest,
    media: 'application/json',
  },
  'GET /api/v1/audit': { summary: 'Audit trail, newest first', query: auditQuery, answer: auditAnswer },
  'GET /api/v1/audit/export': { summary: 'Audit trail, one entry a line', media: 'application/x-ndjson' },

  'GET /api/v1/cases': { summary: 'Cases', query: casesQuery, answer: casesAnswer },
  'POST /api/v1/cases': { summary: 'New case', body: newCaseRequest, answer: caseAnswer, status: 201 },
  'GET /api/v1/cases/:id': { summary: 'A case', answer: caseDetailAnswer },
  'PATCH /api/v1/cases/:id': { summary: 'Change a case', body: caseChange, answer: caseDetailAnswer },
  'PUT /api/v1/cases/:id/offices/:office': { summary: 'Show a case to a notary office' },
  'DELETE /api/v1/cases/:id/offices/:office': { summary: 'Show it no longer' },

  'GET /api/v1/packages': { summary: 'Packages, newest first', query: packagesQuery, answer: packagesAnswer },
  'GET /api/v1/packages/:id': { summary: 'Where a package stands', answer: packageAnswer },
  'GET /api/v1/packages/:id/events': {
    summary: 'How it comes along, as server-sent events',
    media: 'text/event-stream',
  },
  'POST /api/v1/packages/:id/case': {
    summary: 'Assign to a case 归案',
    body: assignmentRequest,
    answer: correctionFile,
    status: 201,
  },
  'GET /api/v1/packages/:id/corrections': { summary: 'Signed corrections', answer: correctionsAnswer },
  'GET /api/v1/packages/:id/custody': {
    summary: 'Custody log 保管链',
    query: entriesQuery,
    answer: custodyAnswer,
  },
  'GET /api/v1/packages/:id/package': file('Sealed package 封存包', 'application/vnd.etsi.asic-e+zip'),
  'GET /api/v1/packages/:id/certificate': file('Certificate 校验报告', 'application/pdf'),
  'GET /api/v1/packages/:id/bundle': file('Bundle as uploaded', 'application/wacz'),
  'GET /api/v1/packages/:id/receipt': {
    summary: 'Receipt 接收回执',
    query: downloadQuery,
    answer: receiptSchema,
  },
};
