import { toBase64 } from '#shared/lib/base64';
import { toUtf8 } from '#shared/lib/utf8';
import { parseCheckpoint } from '#shared/log/checkpoint';
import { parseTlogProof } from '#shared/log/tlog-proof';
import { openTestLog } from './test-log.ts';

/**
 * Says `start`, opens the log, says `open`, then appends without end and reports each acknowledgement as a line
 * `ack <index> <leaf> <size> <root>`, until it is killed. Arguments: folder, a word for the leaves, and perhaps URL and vkey of a witness that must cosign.
 */
const CALLERS = 48;

const [dir = '', word = '', url, vkey] = process.argv.slice(2);
const witnesses = url === undefined || vkey === undefined ? [] : [{ url, vkey }];
process.stdout.write('start\n');
const log = await openTestLog(dir, {
  witnesses,
  threshold: witnesses.length,
  onFatal: (error) => process.stdout.write(`fatal ${error.code} ${error.message}\n`),
  onWitnessFailure: (error) => process.stdout.write(`witness ${error.code} ${error.message}\n`),
});
process.stdout.write('open\n');

let count = 0;
async function caller(): Promise<void> {
  for (;;) {
    const leaf = `${word}-${count++}`;
    const { index, proof } = await log.append(toUtf8(leaf));
    const { size, root } = parseCheckpoint(parseTlogProof(proof).checkpoint.text);
    process.stdout.write(`ack ${index} ${leaf} ${size} ${toBase64(root)}\n`);
  }
}
await Promise.all(Array.from({ length: CALLERS }, caller));
