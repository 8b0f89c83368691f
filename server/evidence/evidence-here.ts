import { verifyBundle } from '#shared/bundle/verify-bundle';
import { parseCertificate } from '#shared/pki/certificate';
import { verifyPackage } from '#shared/verify/verify-package';
import { certificatePdf } from '../document/certificate-pdf.ts';
import { type BlobRef, openBlobRef } from '../store/blob-ref.ts';
import type { FileSource } from '../store/file-source.ts';
import { heldSource } from '../store/held-source.ts';
import { nodePorts } from '../store/node-ports.ts';
import type { EvidenceTasks } from './evidence-tasks.ts';
import { readExhibits } from './read-exhibits.ts';

/** The tasks, done in the thread that asks. */
export const evidenceHere: EvidenceTasks = {
  verifyBundle: (file) => withFile(file, (source) => verifyBundle(source, nodePorts)),
  readExhibits,
  certificatePdf,
  async verifyPackage(file, { certificates, logKeys, witnessKeys }) {
    const policy = { witnesses: 0, timeStamps: 0 };
    const anchors = { certificates: certificates.map(parseCertificate), logKeys, witnessKeys, policy };
    const { verdict, checks } = await withFile(file, (source) =>
      verifyPackage(source, nodePorts, { anchors }),
    );
    return { verdict, checks };
  },
};

async function withFile<T>(file: BlobRef, work: (source: FileSource) => Promise<T>): Promise<T> {
  const source = await heldSource(await openBlobRef(file));
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}
