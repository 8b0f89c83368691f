/**
 * `npm run test:kill -- --kills N [--store sqlite|postgres] [--encrypt]`: SIGKILLs at random moments while 8 clients upload, seal, list and
 * append. Ends with `N kills, 0 lost`; exit 1 when anything that was acknowledged is lost, 2 for a wrong argument.
 */
import { parseArgs } from 'node:util';
import { postgresMissing } from '../fixtures/postgres.ts';
import { killRun } from './kill-run.ts';
import { isKillStore } from './kill-store.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '30' },
    store: { type: 'string', default: 'sqlite' },
    encrypt: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const { store } = values;
if (!/^[1-9][0-9]{0,4}$/.test(values.kills) || !isKillStore(store)) {
  console.error('--kills takes a number, --store takes: sqlite, postgres');
  process.exit(2);
}
if (store === 'postgres' && postgresMissing() !== undefined) {
  console.error(`--store postgres: ${postgresMissing()}`);
  process.exit(2);
}
const started = Date.now();
const { lost, acknowledged, betweenKills } = await killRun({
  kills,
  store,
  encrypted: values.encrypt,
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
console.log(
  `of these between kills: ${betweenKills.uploads} uploads, ${betweenKills.seals} seals, ` +
    `${betweenKills.leaves} log leaves, ${betweenKills.audited} audit entries`,
);
for (const what of lost) console.log(`lost: ${what}`);
console.log(`${kills} kills, ${lost.length} lost`);
process.exit(lost.length === 0 ? 0 : 1);
