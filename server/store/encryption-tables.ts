/** Tables of encryption at rest. */
export interface EncryptionTables {
  dataKeys: DataKeyRow;
  masterKeyProofs: MasterKeyProofRow;
}

/** A package whose files are encrypted. */
interface DataKeyRow {
  package: string;
  /** Its key, wrapped by the master key. */
  wrapped: string;
}

interface MasterKeyProofRow {
  /** Always `current`. */
  id: string;
  /** A constant, wrapped by the master key in use: another key is told by it before anything is done. */
  wrapped: string;
}
