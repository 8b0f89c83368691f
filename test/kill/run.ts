/**
 * `npm run test:kill -- --kills N [--store sqlite]`: SIGKILLs at random moments while 8 clients upload, seal, list and
 * append. Ends with `N kills, 0 lost`; exit 1 when anything that was acknowledged is lost, 2 for a wrong argument.
 */
import { parseArgs } from 'node:util';
import { killRun } from './kill-run.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '30' }, store: { type: 'string', default: 'sqlite' } },
});
const kills = Number(values.kills);
if (!/^[1-9][0-9]{0,4}$/.test(values.kills) || values.store !== 'sqlite') {
  console.error('--kills takes a number, --store takes: sqlite');
  process.exit(2);
}
const started = Date.now();
const { lost, acknowledged } = await killRun({
  kills,
  onKill: (count) => {
    if (count % 10 === 0)
      console.log(`${count} of ${kills} kills, ${Math.round((Date.now() - started) / 1000)} s`);
  },
});
const { uploads, ends, leaves, challenges, anchors, cases } = acknowledged;
console.log(
  `acknowledged: ${uploads.size} uploads, ${ends.size} ends, ${leaves.size} log leaves, ` +
    `${challenges.length} challenges, ${anchors.length} anchors, ${cases.size} cases`,
);
for (const what of lost) console.log(`lost: ${what}`);
console.log(`${kills} kills, ${lost.length} lost`);
process.exit(lost.length === 0 ? 0 : 1);
