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

/**
 * Names under headings, so that what is asked for is found without a look at all that was ever issued. A name is entered
 * before the fact that it leads to: a crash leaves a name that leads nowhere, never a fact that nobody finds.
 */
export const indexKinds = [
  /** Issued, by serial number, by whom or what they are for, by their key, by the certificate that authorised them. */
  'by-serial',
  'by-identity',
  'by-key',
  'by-authority',
  /** Issued, by the day that they were issued on, and by the day that they run out on. */
  'by-issue',
  'by-expiry',
  /** Invitations, by the identity that is invited. */
  'invited',
  /** Serial numbers that were revoked, by the day that their certificate runs out on. */
  'revoked',
] as const;
export type IndexKind = (typeof indexKinds)[number];

export interface AuthorityStore {
  /**
   * Durable once it resolves. Of two that create the same name, in any process, exactly one gets `true`.
   * @param name of A-Z a-z 0-9 and -
   */
  create(kind: RecordKind, name: string, text: string): Promise<boolean>;
  read(kind: RecordKind, name: string): Promise<string | undefined>;
  /** All of them, however many: for kinds that stay few, and for making the index of a store that has none. */
  names(kind: RecordKind): Promise<readonly string[]>;
  /** Durable once it resolves; done again, it changes nothing. */
  enter(index: IndexKind, heading: string, name: string): Promise<void>;
  entered(index: IndexKind, heading: string): Promise<readonly string[]>;
  headings(index: IndexKind): Promise<readonly string[]>;
  /** For superseded revocation lists only. */
  remove(kind: 'lists', name: string): Promise<void>;
  /** Calls back when another process may have written; returns how to stop. */
  watch(onChange: () => void): () => void;
}
