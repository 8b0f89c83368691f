import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { oid } from '#shared/pki/oid';
import { toPem } from '#shared/pki/pem';
import { respondToTimeStampRequest } from '../../server/trust/time-stamp-responder.ts';
import { issue } from '../fixtures/issue-certificate.ts';

/** An RFC 3161 service of a stranger over plain HTTP, as an isolated network has one. */
export interface TimeStampServer {
  readonly url: string;
  /** Root of its certificates, PEM. */
  readonly root: string;
  /** Requests answered so far. */
  answered(): number;
  close(): void;
}

export async function startTimeStampServer(): Promise<TimeStampServer> {
  const root = await issue('Island TSA Root', { pathLength: 0 });
  const signer = await issue('Island TSA', { issuer: root, kind: 'rsa', extKeyUsage: [oid.timeStamping] });
  const certificates = [signer, root].map(({ certificate }) => certificate);
  let answered = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const options = { signer, certificates, now: () => new Date() };
    const answer = await respondToTimeStampRequest(new Uint8Array(Buffer.concat(chunks)), options);
    answered++;
    response.setHeader('content-type', 'application/timestamp-reply').end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    root: toPem('CERTIFICATE', root.certificate),
    answered: () => answered,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
