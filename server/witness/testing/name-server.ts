import { createSocket } from 'node:dgram';

/** A name server on loopback (RFC 1035), for names of a test. */
export interface TestNameServer {
  /** `127.0.0.1:port` */
  readonly address: string;
  /** Questions asked so far. */
  asked(): number;
  close(): void;
}

const TYPE_A = 1;
const TYPE_AAAA = 28;
const HEADER = 12;

/** @param answers addresses of a name, asked anew for each question, so that a name can be rebound */
export async function startNameServer(answers: (name: string) => readonly string[]): Promise<TestNameServer> {
  let asked = 0;
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    asked += 1;
    const { name, end } = readName(message);
    const type = message.readUInt16BE(end);
    const found = answers(name)
      .map(bytesOf)
      .filter((bytes) => bytes.length === (type === TYPE_A ? 4 : 16));
    const isKnown = type === TYPE_A || type === TYPE_AAAA;
    socket.send(answerTo(message, end + 4, type, isKnown ? found : []), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked: () => asked,
    close: () => socket.close(),
  };
}

function readName(message: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = HEADER;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function answerTo(question: Buffer, end: number, type: number, addresses: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(HEADER);
  question.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(addresses.length, 6);
  const records = addresses.map((address) => {
    const record = Buffer.alloc(12);
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(type, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt16BE(address.length, 10);
    return Buffer.concat([record, address]);
  });
  return Buffer.concat([header, question.subarray(HEADER, end), ...records]);
}

function bytesOf(address: string): Buffer {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (mapped !== undefined)
    return Buffer.concat([Buffer.alloc(10), Buffer.from([255, 255]), bytesOf(mapped)]);
  const [head = '', tail = ''] = address.split('::');
  const groups = (text: string) =>
    (text === '' ? [] : text.split(':')).map((group) => Number.parseInt(group, 16));
  const bytes = Buffer.alloc(16);
  groups(head).forEach((value, n) => void bytes.writeUInt16BE(value, n * 2));
  groups(tail)
    .reverse()
    .forEach((value, n) => void bytes.writeUInt16BE(value, 14 - n * 2));
  return bytes;
}
