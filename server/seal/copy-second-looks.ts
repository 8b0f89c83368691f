import { canonicalFile } from '#shared/bundle/canonical-file';
import type { Json } from '#shared/lib/canonical-json';
import { packagePath } from '#shared/seal/layout';
import type { SealStep } from './seal-work.ts';
import { memberOutput, writeMember } from './work-folder.ts';

/** Witness artefacts 旁证 made before the seal, in RFC 8785 form. */
export const copySecondLooks: SealStep = {
  name: 'second-looks',
  outputs: ({ secondLooks = [] }) =>
    secondLooks.map((_, index) => memberOutput(packagePath.secondLook(index + 1))),
  async run(work) {
    for (const [index, file] of (work.secondLooks ?? []).entries())
      await writeMember(work, packagePath.secondLook(index + 1), () => canonicalFile(file as Json));
  },
};
