import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Cosigner } from './cosigner.ts';
import { CosignerRefusal, refusalStatus } from './cosigner-refusal.ts';

/** 63 proof lines and a checkpoint with many signatures take far less. */
const MAX_BODY_BYTES = 64 << 10;
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * The HTTP side of a witness: `POST /add-checkpoint` (C2SP tlog-witness) and nothing else. Not listening yet.
 * @param onError a fault of the witness itself; the client gets status 500 and no detail.
 */
export function createWitnessServer(cosigner: Cosigner, onError: (error: unknown) => void): Server {
  const server = createServer((request, response) => {
    answer(cosigner, request, response).catch((error: unknown) => {
      onError(error);
      send(response, 500, 'internal error\n');
    });
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  return server;
}

async function answer(cosigner: Cosigner, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url !== '/add-checkpoint') return send(response, 404, 'not found\n');
  if (request.method !== 'POST') return send(response, 405, 'only POST\n');
  const body = await readBody(request);
  if (body === undefined) return send(response, 413, `body is over ${MAX_BODY_BYTES} bytes\n`);
  try {
    send(response, 200, await cosigner.addCheckpoint(body));
  } catch (error) {
    if (!(error instanceof CosignerRefusal)) throw error;
    const size = error.code === 'OLD_SIZE_CONFLICT';
    send(response, refusalStatus[error.code], `${error.message}\n`, size ? 'text/x.tlog.size' : undefined);
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    // Read on without keeping: leaving the loop would cut the connection before the answer.
    if (bytes <= MAX_BODY_BYTES) pieces.push(piece);
  }
  return bytes <= MAX_BODY_BYTES ? Buffer.concat(pieces) : undefined;
}

function send(
  response: ServerResponse,
  status: number,
  body: string,
  type = 'text/plain; charset=utf-8',
): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
