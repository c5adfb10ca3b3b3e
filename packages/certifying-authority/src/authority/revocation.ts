// Revocation, and the list that tells of it (RFC 5280 section 5). A revocation is one fact in the store; the list is
// made from the facts whenever it no longer covers them, by whichever process looks first.
import type { Identity } from '@vitalseal/protocol';
import type { Issuer } from '../certificate/issue.ts';
import { CertificateError } from '../errors.ts';
import { buildCrl } from '../revocation-list/build-crl.ts';
import { dayOf } from './headings.ts';
import type { Ledger } from './ledger.ts';
import type { IssuedRecord, ListRecord } from './records.ts';

export interface RevocationOptions {
  readonly ledger: Ledger;
  readonly issuing: Issuer;
  readonly now: () => number;
  /** Milliseconds until nextUpdate: the longest that a revocation can be hidden from whoever insists on a fresh list. */
  readonly listLifetime: number;
}

export type RevocationTarget = { readonly serial: string } | { readonly identity: Identity };

const keptLists = 8;
const day = 86_400_000;

export class Revocation {
  readonly #options: RevocationOptions;

  constructor(options: RevocationOptions) {
    this.#options = options;
  }

  /**
   * Revokes the certificates and every one that was renewed from or authorised by them; for an identity, its open
   * invitations too. Done again, it changes nothing.
   * @returns all serial numbers that are now revoked by this
   * @throws CertificateError `certificate-unknown`
   */
  async revoke(target: RevocationTarget): Promise<readonly string[]> {
    const { ledger } = this.#options;
    const withdrawn = 'identity' in target ? await this.#withdrawInvitations(target.identity) : 0;
    const revoked = new Map<string, IssuedRecord>();
    // Again until nothing new turns up: a renewal may be entered while this runs.
    for (let found = -1; found !== revoked.size; ) {
      found = revoked.size;
      const concerned = [...(await this.#meant(target))];
      for (const serial of revoked.keys()) concerned.push(...(await ledger.authorisedBy(serial)));
      for (const record of concerned) {
        if (revoked.has(record.serial)) continue;
        await ledger.revoke(record, this.#options.now());
        revoked.set(record.serial, record);
      }
    }
    if (revoked.size === 0 && withdrawn === 0) {
      throw new CertificateError('certificate-unknown', 'expected a certificate or an invitation of this authority');
    }
    await this.currentList();
    return [...revoked.keys()];
  }

  /** The newest list; made anew if it misses a revocation or half its life is over. */
  async currentList(): Promise<ListRecord> {
    const { ledger, now, listLifetime } = this.#options;
    for (;;) {
      const newest = await ledger.newestList();
      const at = now();
      const fresh = newest !== undefined && at >= newest.thisUpdate && at < newest.thisUpdate + listLifetime / 2;
      // As many as the list was made of, of the same days: revocations are only ever added.
      const revocations = await ledger.revocations(fresh ? newest.thisUpdate : at);
      if (fresh && newest.covers === revocations.length) return newest;
      // Seconds since 1970 keep the number growing even after a store came back from an old copy.
      const number = Math.max((newest?.number ?? 0) + 1, Math.floor(at / 1000));
      const content = {
        number,
        thisUpdate: at,
        nextUpdate: at + listLifetime,
        // A day beyond expiry, so that each revocation is on at least one list (section 3.3).
        revoked: revocations.filter(({ notAfter }) => notAfter + day > at),
      };
      const covers = revocations.filter(({ notAfter }) => dayOf(notAfter) >= dayOf(at - day)).length;
      const crl = await buildCrl(content, this.#options.issuing);
      const record: ListRecord = {
        number,
        thisUpdate: at,
        nextUpdate: content.nextUpdate,
        covers,
        crl,
      };
      // Lost to another process: look again at what it made.
      if (!(await ledger.addList(record))) continue;
      await ledger.removeListsBefore(keptLists);
      return record;
    }
  }

  async #withdrawInvitations(identity: Identity): Promise<number> {
    const { ledger } = this.#options;
    let withdrawn = 0;
    for (const { name } of await ledger.invitationsOf(identity)) {
      await ledger.withdraw(name);
      withdrawn++;
    }
    return withdrawn;
  }

  async #meant(target: RevocationTarget): Promise<readonly IssuedRecord[]> {
    const { ledger } = this.#options;
    if ('identity' in target) return ledger.ofIdentity(target.identity);
    const record = await ledger.bySerial(target.serial);
    return record === undefined ? [] : [record];
  }
}
