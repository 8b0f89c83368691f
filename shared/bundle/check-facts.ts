import { artefactDefinition } from '#shared/artefact/index';
import { factsFileSchema } from '#shared/fact/facts-file';
import { type BundleVerification, readFile } from './bundle-verification.ts';
import { parseCanonicalFile } from './canonical-file.ts';

const PATH = artefactDefinition('facts').path(1);

/** The comparison of a page, where there is one, has its one strict form; documents print what it says. */
export async function checkFacts(verification: BundleVerification): Promise<void> {
  const bytes = await readFile(verification, PATH);
  if (bytes !== undefined) verification.found.facts = parseCanonicalFile(factsFileSchema, bytes, PATH);
}
