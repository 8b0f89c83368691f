/** Fixed paths inside a bundle (WACZ 1.1.1); design §7. */
export const bundlePath = {
  datapackage: 'datapackage.json',
  datapackageDigest: 'datapackage-digest.json',
  warc: 'archive/data.warc.gz',
  cdx: 'indexes/index.cdx.gz',
  /** Leads WACZ readers to `cdx`, which they do not open by itself; follows from it entirely. */
  idx: 'indexes/index.idx',
  pages: 'pages/pages.jsonl',
  captureRecord: 'evidence/capture.json',
  challenge: 'evidence/challenge.json',
  /** Environment report 清洁性检查报告. */
  environment: 'evidence/environment.json',
  /** Certificate chains by origin. */
  tlsChains: 'evidence/tls-chains.json',
  /** Chain over the chunks of a recording. */
  recordingJournal: 'evidence/recording.jsonl',
  journal: 'evidence/journal.jsonl',
  /** RFC 3161 response over the exact bytes of `journal`. */
  journalToken: 'evidence/journal.jsonl.tsr',
  /** tlog-proof of the anchor leaf over the SHA-256 of `journal`. */
  journalProof: 'evidence/journal.jsonl.tlog-proof',
} as const;

/** Entries that cannot be in the anchored chain, because they are the chain, its proof, or the wrapping. */
export const outsideChain: ReadonlySet<string> = new Set([
  bundlePath.datapackage,
  bundlePath.datapackageDigest,
  bundlePath.idx,
  bundlePath.pages,
  bundlePath.journal,
  bundlePath.journalToken,
  bundlePath.journalProof,
]);
