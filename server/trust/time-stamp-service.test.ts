import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { encodeInteger, encodeSequence, encodeUtf8String } from '#shared/lib/der/encode-der';
import { sha256 } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { buildTimeStampRefusal } from '#shared/pki/build-time-stamp';
import { oid } from '#shared/pki/oid';
import { buildTimeStampRequest } from '#shared/pki/time-stamp-request';
import { parseTimeStampResponse } from '#shared/pki/time-stamp-response';
import { verifyTimeStamp } from '#shared/pki/verify-time-stamp';
import { issue, type TestIdentity } from '../../test/fixtures/issue-certificate.ts';
import { loosenDer } from '../../test/fixtures/loosen-der.ts';
import { nodePorts } from '../store/node-ports.ts';
import { respondToTimeStampRequest } from './time-stamp-responder.ts';
import { type TimeStampServiceOptions, timeStampService } from './time-stamp-service.ts';

type Answer = (request: Uint8Array, attempt: number, response: ServerResponse) => Promise<void>;

const digest = sha256(toUtf8('sealed'));
let root: TestIdentity;
let middle: TestIdentity;
let tsa: TestIdentity;
let stranger: TestIdentity;
let server: Server;
let attempts: number;
let answer: Answer;

beforeAll(async () => {
  root = await issue('TSA Root', { pathLength: 1 });
  middle = await issue('TSA CA', { issuer: root, pathLength: 0 });
  stranger = await issue('TSA', { kind: 'rsa', extKeyUsage: [oid.timeStamping] });
  tsa = await issue('TSA', { issuer: middle, kind: 'rsa', extKeyUsage: [oid.timeStamping] });
});
beforeEach(async () => {
  attempts = 0;
  server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  await answer(new Uint8Array(Buffer.concat(chunks)), ++attempts, response);
}

const respond = (request: Uint8Array, certificates = [tsa, middle]) =>
  respondToTimeStampRequest(request, {
    signer: tsa,
    certificates: certificates.map(({ certificate }) => certificate),
    now: () => new Date(),
  });
const service = (overrides: Partial<TimeStampServiceOptions> = {}) =>
  timeStampService({
    name: 'Test TSA',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`,
    roots: [root.certificate],
    retryDelayMs: 5,
    timeoutMs: 5000,
    ...overrides,
  });
const refusal = (code: string) => expect.objectContaining({ code });

test('its token holds and carries the whole chain', async () => {
  answer = async (request, _, response) => void response.end(await respond(request));
  const response = await service().stamp(digest);
  const verified = await verifyTimeStamp(nodePorts, response, { digest, anchors: [root.parsed] });
  expect(verified.signer.der).toEqual(tsa.certificate);
  const names = parseTimeStampResponse(response).certificates.map(({ subject }) => subject.commonName);
  expect(names.toSorted()).toEqual(['TSA', 'TSA CA', 'TSA Root']);
});

test('a status text and left-out intermediates are normalised away', async () => {
  answer = async (request, _, response) => {
    const { token } = parseTimeStampResponse(await respond(request, [tsa]));
    const status = encodeSequence(encodeInteger(0), encodeSequence(encodeUtf8String('Operation Okay')));
    response.end(encodeSequence(status, token));
  };
  const response = await service({ intermediates: [middle.certificate] }).stamp(digest);
  expect(parseTimeStampResponse(response).certificates).toHaveLength(3);
  await expect(service().stamp(digest)).rejects.toEqual(refusal('TSA_ANSWER'));
});

test('a token in BER, as RFC 5652 allows around what is signed, is written anew in DER', async () => {
  answer = async (request, _, response) => void response.end(loosenDer(await respond(request)));
  const response = await service().stamp(digest);
  await verifyTimeStamp(nodePorts, response, { digest, anchors: [root.parsed] });
});

test('what may pass is tried again', async () => {
  answer = async (request, attempt, response) => {
    if (attempt === 1) response.writeHead(503).end();
    else if (attempt === 2) response.destroy();
    else response.end(await respond(request));
  };
  await service().stamp(digest);
  expect(attempts).toBe(3);
});

test('a service that stays away is given up after the attempts', async () => {
  answer = async (_, __, response) => void response.writeHead(500).end();
  await expect(service().stamp(digest)).rejects.toEqual(refusal('TSA_UNREACHABLE'));
  expect(attempts).toBe(3);
  const gone = service({ url: 'http://127.0.0.1:1/' });
  await expect(gone.stamp(digest)).rejects.toEqual(refusal('TSA_UNREACHABLE'));
});

test('a service that does not answer in time is given up', async () => {
  answer = async () => undefined;
  const begun = Date.now();
  const slow = service({ attempts: 2, timeoutMs: 100 });
  await expect(slow.stamp(digest)).rejects.toEqual(refusal('TSA_UNREACHABLE'));
  expect(Date.now() - begun).toBeLessThan(8000);
});

const wrong: Record<string, (request: Uint8Array) => Promise<Uint8Array>> = {
  'no token': async () => toUtf8('<html>maintenance</html>'),
  'a refusal': async () => buildTimeStampRefusal('systemFailure', 'out of order'),
  'another digest': () => respond(buildTimeStampRequest(sha256(toUtf8('other')), 7n)),
  'another nonce': () => respond(buildTimeStampRequest(digest, 7n)),
  'too many bytes': async () => new Uint8Array(100_000),
  'a token of a stranger': async (request) => {
    const certificates = [stranger.certificate];
    return respondToTimeStampRequest(request, { signer: stranger, certificates, now: () => new Date() });
  },
};
test.each(Object.entries(wrong))('%s is refused at once and never handed on', async (_, make) => {
  answer = async (request, __, response) => void response.end(await make(request));
  await expect(service().stamp(digest)).rejects.toEqual(refusal('TSA_ANSWER'));
  expect(attempts).toBe(1);
});

test('another HTTP status is refused at once', async () => {
  answer = async (_, __, response) => void response.writeHead(404).end();
  await expect(service().stamp(digest)).rejects.toEqual(refusal('TSA_ANSWER'));
  expect(attempts).toBe(1);
});
