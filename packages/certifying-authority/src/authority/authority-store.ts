// Where an authority keeps what it must never forget. Records are facts: written once, never changed, so that several
// processes (a server, a command) share a store without locks, and a crash leaves whole facts or none.

export const recordKinds = [
  /** One record, `authority`: certificates and private keys of root and issuing authority. */
  'authority',
  /** Open activation codes, by the code's lookup name. */
  'invitations',
  /** Serial numbers in use, so that none is given twice. */
  'serials',
  /** Private keys that sign releases, by the serial number of their certificate. */
  'release-keys',
  /** Certificates and attestations, by what they were issued for: a second answer to the same request finds the first. */
  'issued',
  'revocations',
  /** TPMs of hospitals that the authority's operator has seen, by hospital and endorsement key. */
  'approved-tpms',
  /** Invitations that no longer hold. */
  'withdrawals',
  /** Revocation lists, by number. */
  'lists',
] as const;
export type RecordKind = (typeof recordKinds)[number];

export interface AuthorityStore {
  /**
   * Durable once it resolves. Of two that create the same name, in any process, exactly one gets `true`.
   * @param name of A-Z a-z 0-9 and -
   */
  create(kind: RecordKind, name: string, text: string): Promise<boolean>;
  read(kind: RecordKind, name: string): Promise<string | undefined>;
  names(kind: RecordKind): Promise<readonly string[]>;
  /** For superseded revocation lists only. */
  remove(kind: 'lists', name: string): Promise<void>;
  /** Calls back when another process may have written; returns how to stop. */
  watch(onChange: () => void): () => void;
}
