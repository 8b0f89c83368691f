import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { CDXIndexer, getSurt, WARCParser } from 'warcio';
import { bytesSource } from '#shared/lib/bytes-source';
import { concatBytes } from '#shared/lib/concat-bytes';
import { equalBytes } from '#shared/lib/equal-bytes';
import { gzipMember } from '#shared/lib/gzip-member';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { nodePorts } from '../../server/store/node-ports.ts';
import { nodeDeflater } from '../../test/fixtures/node-deflater.ts';
import { buildCdx, cdxLine, cdxSecondaryIndex, cdxText } from './cdx.ts';
import { requestHead, responseHead } from './http-head.ts';
import { readWarc, type VerifiedRecord } from './read-warc.ts';
import { surt } from './surt.ts';
import { targetUri } from './target-uri.ts';
import { WarcError } from './warc-error.ts';
import { readBlock, recordOf, type WarcRecordPlan } from './warc-record.ts';
import { DEFLATE_LIMIT, writeWarc } from './warc-writer.ts';

const at = Date.UTC(2026, 10, 22, 3, 4, 5, 678);
const png = Uint8Array.from({ length: 200_000 }, (_, index) => (index * index * 31) & 255);
const page = toUtf8('<!doctype html><title>铁证</title><p>“evidence”');
const bodies = new Map([['body-1', page]]);

const plans: WarcRecordPlan[] = [
  {
    type: 'warcinfo',
    date: at,
    contentType: 'application/warc-fields',
    mediaType: 'application/warc-fields',
    body: { bytes: toUtf8('software: test\r\nformat: WARC File Format 1.1\r\n') },
  },
  ...exchange('http://example.test/页?b=2&a=1', 'GET', 'text/html; charset=utf-8', {
    stored: 'body-1',
    length: page.length,
    sha256: sha256Hex(page),
  }),
  ...exchange('http://www.example.test:8080/a.png', 'POST', 'image/png', { bytes: png }),
  ...exchange('http://example.test/empty', 'GET', undefined, { bytes: new Uint8Array() }),
  {
    type: 'resource',
    date: at + 1,
    targetUri: 'urn:view:http://example.test/',
    contentType: 'image/png',
    mediaType: 'image/png',
    body: { bytes: png.subarray(5) },
  },
  {
    type: 'metadata',
    date: at + 2,
    targetUri: 'http://example.test/',
    contentType: 'application/json',
    mediaType: 'application/json',
    body: { bytes: toUtf8('{"certificate":"this origin"}') },
    concurrentToPrevious: true,
  },
];

function exchange(
  url: string,
  method: string,
  contentType: string | undefined,
  body: WarcRecordPlan['body'],
): WarcRecordPlan[] {
  const bodyLength = 'bytes' in body ? body.bytes.length : body.length;
  const target = { date: at, targetUri: new URL(url).href };
  return [
    {
      ...target,
      type: 'request',
      contentType: 'application/http; msgtype=request',
      mediaType: 'application/http',
      head: requestHead({
        method,
        url,
        headers: [
          [':path', '/'],
          ['Accept', '*/*'],
        ],
      }),
      body: { bytes: method === 'POST' ? toUtf8('q=1') : new Uint8Array() },
    },
    {
      ...target,
      type: 'response',
      contentType: 'application/http; msgtype=response',
      mediaType: contentType ?? '',
      head: responseHead({
        status: 200,
        statusText: 'OK',
        headers: [
          ...(contentType === undefined ? [] : [['Content-Type', contentType] as const]),
          ['Content-Encoding', 'gzip'],
          ['Content-Length', '7'],
          ['Set-Cookie', 'a=1\nb=2'],
        ],
        bodyLength,
      }),
      body,
      fields: [
        ['WARC-IP-Address', '127.0.0.1'],
        ['WARC-Protocol', 'h2'],
      ],
      concurrentToPrevious: true,
    },
  ];
}

const ports = {
  ...nodeDeflater,
  sha256: nodePorts.sha256,
  createSha256: nodePorts.createSha256,
  async readBody(stored: string) {
    return bodies.get(stored)!;
  },
};

async function write(list: readonly WarcRecordPlan[]): Promise<{ members: Uint8Array[]; lines: string[] }> {
  const members: Uint8Array[] = [];
  const lines: string[] = [];
  for await (const { bytes, cdx } of writeWarc(list, ports)) {
    members.push(bytes);
    if (cdx !== undefined) lines.push(cdx);
  }
  return { members, lines };
}

async function read(bytes: Uint8Array): Promise<VerifiedRecord[]> {
  const records: VerifiedRecord[] = [];
  for await (const record of readWarc(bytesSource(bytes), nodePorts)) records.push(record);
  return records;
}

async function codeOf(bytes: Uint8Array): Promise<string> {
  try {
    await read(bytes);
    return 'accepted';
  } catch (error) {
    if (error instanceof WarcError) return error.code;
    throw error;
  }
}

let members: Uint8Array[] = [];
let lines: string[] = [];
let file = new Uint8Array();
beforeAll(async () => {
  ({ members, lines } = await write(plans));
  file = concatBytes(...members);
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe('read by the npm package warcio', () => {
  test('every record parses and every digest recomputes with node:crypto', async () => {
    const seen: string[] = [];
    for await (const record of new WARCParser(once(file), { parseHttp: false })) {
      const block = (await record.readFully(false))!;
      const payloadStart = record.warcContentType?.startsWith('application/http')
        ? Buffer.from(block).indexOf('\r\n\r\n') + 4
        : 0;
      const sha256 = (part: Uint8Array) => `sha256:${createHash('sha256').update(part).digest('hex')}`;
      const field = (name: string) => record.warcHeaders.headers.get(name);
      expect(field('WARC-Block-Digest')).toBe(sha256(block));
      if (['request', 'response', 'resource'].includes(record.warcType!))
        expect(field('WARC-Payload-Digest')).toBe(sha256(block.subarray(payloadStart)));
      expect(Number(field('Content-Length'))).toBe(block.length);
      expect(record.warcHeaders.protocol).toBe('WARC/1.1');
      seen.push(record.warcType!);
    }
    expect(seen).toEqual(plans.map((plan) => plan.type));
  });

  test('payloads come out as they were captured, without a second decoding', async () => {
    const payloads: Uint8Array[] = [];
    const encodings: unknown[] = [];
    for await (const record of new WARCParser(once(file))) {
      if (record.warcType !== 'response') continue;
      payloads.push((await record.readFully(true))!);
      const headers = record.httpHeaders!.headers as Headers;
      encodings.push([headers.get('content-encoding'), headers.get('x-orig-content-encoding')]);
    }
    expect(payloads.map((bytes) => Buffer.from(bytes ?? []))).toEqual(
      [page, png, []].map((b) => Buffer.from(b)),
    );
    expect(encodings).toEqual(Array(3).fill([null, 'gzip']));
  });

  test('its own indexer finds the same offsets, lengths, statuses and media types', async () => {
    const indexer = new CDXIndexer({ format: 'json' });
    const theirs: unknown[] = [];
    const source = [{ filename: 'data.warc.gz', reader: once(file) }];
    for await (const line of indexer.iterIndex(source as never))
      theirs.push([line.url, line.offset, line.length, line.mime, line.status, line.method]);
    const ours = lines.map((line) => {
      const about = JSON.parse(line.slice(line.indexOf(' {')));
      const status = about.status === undefined ? undefined : Number(about.status);
      return [about.url, Number(about.offset), Number(about.length), about.mime, status, about.method];
    });
    // warcio also lists the metadata record, and leaves the media type out where there is none.
    expect(theirs.slice(0, -1).map((row) => JSON.stringify(row))).toEqual(
      ours.map((row) => JSON.stringify(row.map((value) => (value === 'unk' ? undefined : value)))),
    );
  });
});

describe('read back', () => {
  test('gives what was planned', async () => {
    const records = await read(file);
    expect(records.map(({ type, targetUri, date }) => ({ type, targetUri, date }))).toEqual(
      plans.map(({ type, targetUri, date }) => ({ type, targetUri, date })),
    );
    expect(records.map((record) => record.head)).toEqual(plans.map((plan) => plan.head));
    expect(records[2]!.concurrentTo).toBe(records[1]!.id);
    expect(records.map((record) => record.offset)).toEqual(
      members.map((_, index) => concatBytes(...members.slice(0, index)).length),
    );
    expect(records[2]!.fields).toContainEqual(['WARC-IP-Address', '127.0.0.1']);
  });

  test('the same plans give the same bytes', async () => {
    expect(equalBytes(concatBytes(...(await write(plans)).members), file)).toBe(true);
  });

  test('the index rebuilds from the records alone', async () => {
    const records = await read(file);
    const byId = new Map(records.map((record) => [record.id, record]));
    const rebuilt = records.map((record) => cdxLine(record, byId.get(record.concurrentTo ?? '')));
    expect(rebuilt.filter((line) => line !== undefined)).toEqual(lines);
  });

  test('bodies above the deflate limit are read in pieces and still verified', async () => {
    const big = new Uint8Array(17 * 2 ** 20).fill(7);
    const { members: made } = await write([
      { ...plans.at(-2)!, mediaType: 'text/plain', body: { bytes: big } },
    ]);
    const bytes = concatBytes(...made);
    expect((await read(bytes))[0]!.payloadSha256).toBe(createHash('sha256').update(big).digest('hex'));
    const wrong = Uint8Array.from(bytes);
    wrong[bytes.length >> 1]! ^= 1;
    expect(['MEMBER_MALFORMED', 'BLOCK_DIGEST']).toContain(await codeOf(wrong));
    expect(await codeOf(bytes.subarray(0, -1))).toBe('MEMBER_MALFORMED');
  });

  test('any truncation is refused', async () => {
    const ends = new Set(members.map((_, index) => concatBytes(...members.slice(0, index)).length));
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), async (length) => {
        const code = await codeOf(file.subarray(0, length));
        expect(code).toBe(ends.has(length) ? 'accepted' : 'MEMBER_MALFORMED');
      }),
      { numRuns: 60 },
    );
  });

  test('any record survives parse after build', async () => {
    const value = fc.stringMatching(/^[\x21-\x7e\u4e00-\u4e20]{1,30}$/);
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 300 }),
        value,
        fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
        async (body, uri, date) => {
          const plan = { ...plans.at(-2)!, body: { bytes: body }, targetUri: uri, date: date.getTime() };
          const [record] = await read(concatBytes(...(await write([plan])).members));
          expect(record).toMatchObject({ targetUri: uri, date: date.getTime(), payloadLength: body.length });
          expect(record!.payloadSha256).toBe(sha256Hex(body));
        },
      ),
      { numRuns: 50 },
    );
  });
});

test('a large body read in pieces gives the bytes it gives when read whole', async () => {
  const large = Uint8Array.from({ length: DEFLATE_LIMIT + 70_001 }, (_, index) => (index * 7) & 255);
  bodies.set('large', large);
  const [info, request, response] = plans as [WarcRecordPlan, WarcRecordPlan, WarcRecordPlan];
  const body = { stored: 'large', length: large.length, sha256: sha256Hex(large) };
  const list = [info, request, { ...response, body }];
  const inPieces = {
    ...ports,
    async *readPieces(stored: string) {
      const whole = bodies.get(stored)!;
      for (let from = 0; from < whole.length; from += 999_983) yield whole.subarray(from, from + 999_983);
    },
  };
  const written: Uint8Array[] = [];
  const index: string[] = [];
  for await (const { bytes, cdx } of writeWarc(list, inPieces)) {
    written.push(bytes);
    if (cdx !== undefined) index.push(cdx);
  }
  const whole = await write(list);
  expect(equalBytes(concatBytes(...written), concatBytes(...whole.members))).toBe(true);
  expect(index).toEqual(whole.lines);
  expect(written.length).toBeGreaterThan(15);
  const changed = { ...body, sha256: sha256Hex(page) };
  const drain = async () => {
    for await (const _ of writeWarc([{ ...response, body: changed }], inPieces));
  };
  await expect(drain()).rejects.toMatchObject({ code: 'BODY_CHANGED' });
});

describe('refuses', () => {
  async function record(change: (text: string) => string): Promise<string> {
    const built = recordOf(plans[2]!, await readBlock(plans[2]!, page, nodePorts), { ordinal: 0 });
    const text = change(Buffer.from(built.bytes).toString('latin1'));
    return codeOf(await gzipMember(Uint8Array.from(Buffer.from(text, 'latin1'))));
  }
  const cases: [string, string, (text: string) => string][] = [
    ['another version', 'RECORD_MALFORMED', (text) => text.replace('WARC/1.1', 'WARC/1.0')],
    [
      'a wrong Content-Length',
      'CONTENT_LENGTH',
      (text) => text.replace(/Content-Length: \d+\r\n\r\nH/, 'Content-Length: 1\r\n\r\nH'),
    ],
    ['a changed head', 'BLOCK_DIGEST', (text) => text.replace('200 OK', '200 KO')],
    [
      'a changed payload digest',
      'PAYLOAD_DIGEST',
      (text) => text.replace(/(Payload-Digest: sha256:).{64}/, `$1${'0'.repeat(64)}`),
    ],
    [
      'a digest of another algorithm',
      'FIELD_MALFORMED',
      (text) => text.replace(/Block-Digest: sha256:\w+/, 'Block-Digest: sha1:AAAA'),
    ],
    ['a missing field', 'FIELD_MISSING', (text) => text.replace(/WARC-Block-Digest: .*\r\n/, '')],
    [
      'a field given twice',
      'FIELD_DUPLICATE',
      (text) => text.replace('WARC-Type', 'warc-type: request\r\nWARC-Type'),
    ],
    ['a malformed field line', 'FIELD_MALFORMED', (text) => text.replace('WARC-Type: ', 'WARC-Type')],
    [
      'an unknown type',
      'FIELD_MALFORMED',
      (text) => text.replace('WARC-Type: response', 'WARC-Type: revisit'),
    ],
    ['a date in another spelling', 'FIELD_MALFORMED', (text) => text.replace('05.678Z', '05.6780Z')],
    ['bytes after the record', 'RECORD_MALFORMED', (text) => `${text}x`],
    ['a missing end', 'RECORD_MALFORMED', (text) => text.slice(0, -2)],
    ['no HTTP head', 'HTTP_MALFORMED', (text) => text.replace(/b=2\r\n\r\n/, 'b=2\r\n')],
    ['no field at all', 'RECORD_MALFORMED', () => 'WARC/1.1\r\n'],
  ];
  test.each(cases)('%s', async (_, code, change) => {
    expect(await record(change)).toBe(code);
  });

  test('two records with one id, foreign gzip members, rubbish', async () => {
    expect(await codeOf(concatBytes(members[0]!, members[0]!))).toBe('RECORD_ID_DUPLICATE');
    expect(await codeOf(concatBytes(file, new Uint8Array(3)))).toBe('MEMBER_MALFORMED');
    const { gzipSync } = await import('node:zlib');
    expect(await codeOf(gzipSync(gunzipSync(members[0]!)))).toBe('MEMBER_MALFORMED');
  });

  test('a stored body that changed since it was captured', async () => {
    const changed = {
      ...plans[2]!,
      body: { stored: 'body-1', length: page.length, sha256: '0'.repeat(64) as Sha256 },
    };
    await expect(write([changed])).rejects.toMatchObject({ code: 'BODY_CHANGED', entry: changed.targetUri });
  });

  test('a field that would break the line', async () => {
    const broken = { ...plans[0]!, targetUri: 'http://a/\r\nWARC-Type: x' };
    await expect(write([broken])).rejects.toMatchObject({ code: 'FIELD_MALFORMED' });
  });
});

test('headers cannot break out of their line', () => {
  const head = responseHead({
    status: 200,
    statusText: 'O\r\nK',
    headers: [
      ['X', 'a\r\n\r\nb\0'],
      ['bad name', 'v'],
    ],
    bodyLength: 0,
  });
  expect(head).toBe('HTTP/1.1 200 O  K\r\nX: a \r\nX:  \r\nX: b \r\nbad%20name: v\r\n\r\n');
});

test('any URL becomes a target URI that can be written and read back', async () => {
  expect(targetUri('http://a.test/x?y#z')).toBe('http://a.test/x?y');
  expect(targetUri(`data:text/plain,${'x'.repeat(200_000)}`)).toMatch(
    /^urn:evidence:url-sha256:[0-9a-f]{64}$/,
  );
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1 }), async (url) => {
      const uri = targetUri(`x:${url}`);
      const [record] = await read(
        concatBytes(...(await write([{ ...plans.at(-2)!, targetUri: uri }])).members),
      );
      expect(record!.targetUri).toBe(uri);
    }),
    { numRuns: 50 },
  );
});

test('keys are those of the npm package warcio', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
      expect(surt(url)).toBe(getSurt(url));
    }),
  );
  for (const url of [
    'http://www2.A.test:81/X?b&a',
    'urn:view:x',
    'https://a.test',
    'http://例.test/?',
    'http://%',
  ])
    expect(surt(url)).toBe(getSurt(url));
});

test('the compressed index is one member that the secondary index points at', async () => {
  const text = cdxText(lines);
  const gz = await buildCdx(lines, nodeDeflater);
  expect(gunzipSync(gz).toString()).toBe(text);
  expect(text.split('\n').slice(0, -1)).toEqual([...lines].map((line) => line.slice(0, -1)).sort());
  const [meta, block] = cdxSecondaryIndex(gz, text).split('\n');
  expect(meta).toMatch(/^!meta 0 \{/);
  const json = JSON.parse(block!.slice(block!.indexOf(' {')));
  expect(json).toMatchObject({ offset: 0, length: gz.length, filename: 'index.cdx.gz' });
  expect(text.startsWith(block!.slice(0, block!.indexOf(' {')))).toBe(true);
});
