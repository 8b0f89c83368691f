/** Names of the blobs of a package, below the service folder. */
export const evidenceName = {
  /** The bundle as uploaded, until its package comes to its end. @param upload id of the upload */
  bundle: (upload: string) => `incoming/${upload}`,
  /** What sealing makes, until the package is published. */
  output: (id: string, output: string) => `work/${id}/${output}`,
  /** The folder of a sealed package. */
  published: (id: string) => `packages/${id}`,
  package: (id: string) => `packages/${id}/${id}.asice`,
  certificate: (id: string) => `packages/${id}/certificate.pdf`,
  /** A refused bundle, and why it was refused. */
  refused: (id: string) => `refused/${id}.wacz`,
  refusal: (id: string) => `refused/${id}.json`,
};
