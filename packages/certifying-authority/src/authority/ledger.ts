// The authority's facts, typed, over whatever store keeps them.
import type { AuthorityStore } from './authority-store.ts';
import { FactIndex } from './fact-index.ts';
import {
  type InvitationRecord,
  type IssuedRecord,
  type ListRecord,
  type RevocationRecord,
  readInvitation,
  readIssued,
  readList,
  readRevocation,
  writeInvitation,
  writeIssued,
  writeList,
  writeRevocation,
} from './records.ts';

export class Ledger {
  readonly invitations: FactIndex<InvitationRecord>;
  readonly issued: FactIndex<IssuedRecord>;
  readonly revocations: FactIndex<RevocationRecord>;
  readonly #store: AuthorityStore;

  constructor(store: AuthorityStore) {
    this.#store = store;
    this.invitations = new FactIndex(store, 'invitations', readInvitation);
    this.issued = new FactIndex(store, 'issued', readIssued);
    this.revocations = new FactIndex(store, 'revocations', readRevocation);
  }

  /** @returns false if the serial number was used before */
  async reserveSerial(serial: string): Promise<boolean> {
    return this.#store.create('serials', serial, '{}');
  }

  async addInvitation(name: string, record: InvitationRecord): Promise<boolean> {
    return this.#store.create('invitations', name, writeInvitation(record));
  }

  async addIssued(name: string, record: IssuedRecord): Promise<boolean> {
    return this.#store.create('issued', name, writeIssued(record));
  }

  /** @param prefix of the names that they were entered under */
  async issuedUnder(prefix: string): Promise<readonly IssuedRecord[]> {
    const names = (await this.#store.names('issued')).filter((name) => name.startsWith(prefix));
    const records = await Promise.all(names.map((name) => this.issued.get(name)));
    return records.filter((record) => record !== undefined);
  }

  async bySerial(serial: string): Promise<IssuedRecord | undefined> {
    return (await this.issued.all()).find((record) => record.serial === serial);
  }

  /** Done again, it changes nothing. */
  async revoke({ serial, notAfter }: IssuedRecord, revokedAt: number): Promise<void> {
    await this.#store.create('revocations', serial, writeRevocation({ serial, revokedAt, notAfter }));
  }

  async isRevoked(serial: string): Promise<boolean> {
    return (await this.revocations.get(serial)) !== undefined;
  }

  async withdraw(invitation: string): Promise<void> {
    await this.#store.create('withdrawals', invitation, '{}');
  }

  async isWithdrawn(invitation: string): Promise<boolean> {
    return (await this.#store.read('withdrawals', invitation)) !== undefined;
  }

  async invitationNames(): Promise<readonly string[]> {
    return this.#store.names('invitations');
  }

  /** @returns false if another process made a list of that number first */
  async addList(record: ListRecord): Promise<boolean> {
    return this.#store.create('lists', listName(record.number), writeList(record));
  }

  async newestList(): Promise<ListRecord | undefined> {
    const newest = (await this.#listNames()).at(-1);
    const text = newest === undefined ? undefined : await this.#store.read('lists', newest);
    return text === undefined ? undefined : readList(text);
  }

  async removeListsBefore(kept: number): Promise<void> {
    for (const name of (await this.#listNames()).slice(0, -kept)) await this.#store.remove('lists', name);
  }

  async #listNames(): Promise<readonly string[]> {
    return (await this.#store.names('lists')).toSorted();
  }
}

/** Fifteen digits, so that names sort as their numbers do. */
function listName(number: number): string {
  return String(number).padStart(15, '0');
}
