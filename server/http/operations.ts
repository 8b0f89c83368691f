import { carriedChallengesFileSchema, carriedChallengesRequest } from '#shared/api/carried-challenges';
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
import { devicesAnswer, reasonRequest } from '#shared/api/people';
import { deletionAnswer, deletionConfirmation, retentionAnswer, tombstoneFile } from '#shared/api/retention';
import {
  anchorAnswer,
  anchorRequest,
  caseAnswer,
  casesAnswer,
  challengeAnswer,
  challengeRequest,
  closingAnswer,
  closingRequest,
  healthAnswer,
  importAnswer,
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
  uploadMetadata,
} from '#shared/api/schemas';
import { secondLookAnswer, secondLookRequest, secondLooksAnswer } from '#shared/api/second-looks';
import { nameResolutionRequest, nameResolutionSchema } from '#shared/environment/name-resolution';
import { observationRequest, observationSchema } from '#shared/environment/observation';
import { receiptSchema } from '#shared/seal/receipt';
import { secondLookFile } from '#shared/witness/second-look-file';
import type { Operation } from './operation.ts';
import { peopleOperations } from './people-operations.ts';

const paged = { query: pageQuery };
const page = (summary: string): Operation => ({ summary, media: 'text/html' });
const file = (summary: string, media: string): Operation => ({ summary, query: downloadQuery, media });

/** Every route of the authorisation table, described. */
export const operations: Readonly<Record<string, Operation>> = {
  'GET /': page('First page'),
  'GET /sign-in': page('Sign in'),
  'GET /invitation': page('Accept an invitation'),
  'GET /security': page('Own ways to sign in'),
  'GET /pair': page('Pair a device'),
  'GET /devices': page('Devices of the organisation'),
  'GET /oidc/callback': page('Come back from the identity provider'),
  'GET /assets/:file': { summary: 'Part of the pages', media: 'text/javascript' },
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
  'POST /api/v1/observations': {
    summary: 'Time, address and build as the service sees them, signed',
    body: observationRequest,
    answer: observationSchema,
  },
  'POST /api/v1/name-resolutions': {
    summary: 'Addresses the service resolves names to, signed; where the operator allows it',
    body: nameResolutionRequest,
    answer: nameResolutionSchema,
  },
  'POST /api/v1/challenges': {
    summary: 'Challenge 起始时间凭证',
    body: challengeRequest,
    answer: challengeAnswer,
  },
  'POST /api/v1/challenges/carried': {
    summary: 'Signed file of one-use challenges, to be carried to devices',
    body: carriedChallengesRequest,
    answer: carriedChallengesFileSchema,
  },
  'POST /api/v1/closings': {
    summary: 'A capture number ended without a package',
    body: closingRequest,
    answer: closingAnswer,
  },
  'POST /api/v1/anchors': { summary: 'Anchor 时间戳固定', body: anchorRequest, answer: anchorAnswer },
  'POST /api/v1/imports': {
    summary: 'A bundle that was carried here, as the body, for the device that signed it',
    query: uploadMetadata,
    answer: importAnswer,
    status: 201,
    againStatus: 200,
  },
  'POST /api/v1/uploads': { summary: 'Begin an upload (tus 1.0)', status: 201 },
  'HEAD /api/v1/uploads/:id': { summary: 'How much has arrived (tus 1.0)', status: 200 },
  'PATCH /api/v1/uploads/:id': { summary: 'More bytes (tus 1.0)' },
  'DELETE /api/v1/uploads/:id': { summary: 'Give an upload up (tus 1.0)' },

  ...peopleOperations,
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
  'POST /api/v1/cases': {
    summary: 'New case',
    body: newCaseRequest,
    answer: caseAnswer,
    status: 201,
    againStatus: 200,
  },
  'GET /api/v1/cases/:id': { summary: 'A case', answer: caseDetailAnswer },
  'PATCH /api/v1/cases/:id': { summary: 'Change a case', body: caseChange, answer: caseDetailAnswer },
  'PUT /api/v1/cases/:id/offices/:office': { summary: 'Show a case to a notary office' },
  'DELETE /api/v1/cases/:id/offices/:office': { summary: 'Show it no longer' },

  'PUT /api/v1/cases/:id/hold': { summary: 'Hold a case back from deletion 保全', body: reasonRequest },
  'DELETE /api/v1/cases/:id/hold': { summary: 'Hold it no longer' },
  'GET /api/v1/retention': { summary: 'Packages whose retention period is over', answer: retentionAnswer },
  'POST /api/v1/packages/:id/deletion': {
    summary: 'Ask for the deletion of a package',
    body: reasonRequest,
    answer: deletionAnswer,
    status: 201,
  },
  'DELETE /api/v1/packages/:id/deletion': { summary: 'Withdraw it' },
  'POST /api/v1/packages/:id/deletion/confirmation': {
    summary: 'Delete it for good; by another person',
    body: deletionConfirmation,
    answer: tombstoneFile,
  },
  'GET /api/v1/packages/:id/tombstone': {
    summary: 'What is left of a deleted package',
    answer: tombstoneFile,
  },
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
  'POST /api/v1/packages/:id/second-looks': {
    summary: 'Take a second look 旁证',
    body: secondLookRequest,
    answer: secondLookAnswer,
    status: 201,
  },
  'GET /api/v1/packages/:id/second-looks': { summary: 'Second looks taken', answer: secondLooksAnswer },
  'GET /api/v1/packages/:id/second-looks/:n': {
    summary: 'A second look as the file that stands beside the package',
    answer: secondLookFile,
  },
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
