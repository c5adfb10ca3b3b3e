// The authority's facts, typed, over whatever store keeps them, and found by its index: no question costs more for what was
// issued to others.
import type { Bytes, Identity } from '@vitalseal/protocol';
import type { AuthorityStore, IndexKind } from './authority-store.ts';
import { Facts } from './facts.ts';
import {
  dayOf,
  enterInvitation,
  enterIssued,
  enterRevocation,
  headingOf,
  headingOfKey,
  ownHeading,
} from './headings.ts';
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

export interface NamedInvitation {
  readonly name: string;
  readonly invitation: InvitationRecord;
}

const day = 86_400_000;

export class Ledger {
  readonly invitations: Facts<InvitationRecord>;
  readonly issued: Facts<IssuedRecord>;
  readonly #revocations: Facts<RevocationRecord>;
  readonly #store: AuthorityStore;

  constructor(store: AuthorityStore) {
    this.#store = store;
    this.invitations = new Facts(store, 'invitations', readInvitation);
    this.issued = new Facts(store, 'issued', readIssued);
    this.#revocations = new Facts(store, 'revocations', readRevocation);
  }

  /** @returns false if the serial number was used before */
  async reserveSerial(serial: string): Promise<boolean> {
    return this.#store.create('serials', serial, '{}');
  }

  async addInvitation(name: string, record: InvitationRecord): Promise<boolean> {
    await enterInvitation(this.#store, name, record);
    return this.#store.create('invitations', name, writeInvitation(record));
  }

  async addIssued(name: string, record: IssuedRecord): Promise<boolean> {
    await enterIssued(this.#store, name, record);
    return this.#store.create('issued', name, writeIssued(record));
  }

  async bySerial(serial: string): Promise<IssuedRecord | undefined> {
    return (await this.#under('by-serial', serial)).find((record) => record.serial === serial);
  }

  async ofKey(publicKeySpki: Bytes): Promise<readonly IssuedRecord[]> {
    return this.#under('by-key', await headingOfKey(publicKeySpki));
  }

  /** @param prefix of the names that they were entered under */
  async ofIdentity(identity: Identity, prefix = ''): Promise<readonly IssuedRecord[]> {
    return this.#under('by-identity', await headingOf(identity), prefix);
  }

  /** What is nobody's but the authority's own. */
  async own(kind: IssuedRecord['kind']): Promise<readonly IssuedRecord[]> {
    return this.#under('by-identity', ownHeading(kind));
  }

  /** @param serial of the certificate whose holder asked for them */
  async authorisedBy(serial: string): Promise<readonly IssuedRecord[]> {
    return (await this.#under('by-authority', serial)).filter((record) => record.authorisedBy === serial);
  }

  async all(): Promise<readonly IssuedRecord[]> {
    return this.#ofDays('by-issue', await this.#store.headings('by-issue'));
  }

  /** Those that run out on this day or later. */
  async unexpired(at: number): Promise<readonly IssuedRecord[]> {
    const days = await this.#store.headings('by-expiry');
    return this.#ofDays(
      'by-expiry',
      days.filter((each) => each >= dayOf(at)),
    );
  }

  /** Those of the last days, at least `count` if there are as many. */
  async newest(count: number): Promise<readonly IssuedRecord[]> {
    const found: IssuedRecord[] = [];
    for (const each of (await this.#store.headings('by-issue')).toSorted().toReversed()) {
      if (found.length >= count) break;
      found.push(...(await this.#ofDays('by-issue', [each])));
    }
    return found;
  }

  /** Done again, it changes nothing. */
  async revoke({ serial, notAfter }: IssuedRecord, revokedAt: number): Promise<void> {
    await enterRevocation(this.#store, { serial, notAfter });
    await this.#store.create('revocations', serial, writeRevocation({ serial, revokedAt, notAfter }));
  }

  async isRevoked(serial: string): Promise<boolean> {
    return (await this.#revocations.get(serial)) !== undefined;
  }

  /** Of all that had not run out a day before: each revocation stays until it was on a list (RFC 5280, section 3.3). */
  async revocations(at: number): Promise<readonly RevocationRecord[]> {
    const first = dayOf(at - day);
    const days = (await this.#store.headings('revoked')).filter((each) => each >= first);
    const serials = await Promise.all(days.map((each) => this.#store.entered('revoked', each)));
    const found = await Promise.all(serials.flat().map((serial) => this.#revocations.get(serial)));
    return found.filter((each) => each !== undefined);
  }

  async withdraw(invitation: string): Promise<void> {
    await this.#store.create('withdrawals', invitation, '{}');
  }

  async isWithdrawn(invitation: string): Promise<boolean> {
    return (await this.#store.read('withdrawals', invitation)) !== undefined;
  }

  async invitationsOf(identity: Identity): Promise<readonly NamedInvitation[]> {
    const names = await this.#store.entered('invited', await headingOf(identity));
    const found = await Promise.all(
      names.map(async (name) => ({ name, invitation: await this.invitations.get(name) })),
    );
    return found.flatMap(({ name, invitation }) => (invitation === undefined ? [] : [{ name, invitation }]));
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

  async #ofDays(index: 'by-issue' | 'by-expiry', days: readonly string[]): Promise<readonly IssuedRecord[]> {
    const records: IssuedRecord[] = [];
    for (const each of days) records.push(...(await this.#under(index, each)));
    return records;
  }

  /** A name whose fact was never written, or is another's, leads to nothing here. */
  async #under(index: IndexKind, heading: string, prefix = ''): Promise<readonly IssuedRecord[]> {
    const names = (await this.#store.entered(index, heading)).filter((name) => name.startsWith(prefix));
    const records: IssuedRecord[] = [];
    for (const name of names) {
      const record = await this.issued.get(name);
      if (record !== undefined) records.push(record);
    }
    return records;
  }
}

/** Fifteen digits, so that names sort as their numbers do. */
function listName(number: number): string {
  return String(number).padStart(15, '0');
}
