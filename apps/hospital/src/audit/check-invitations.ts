/**
 * Invitations held against the log: whoever puts one there by hand, or makes one theirs, could register a passkey as somebody of
 * the staff. Found while it is open, and after it was used: what registers a passkey names its invitation.
 */
import type { Details } from '@vitalseal/audit';
import type { Database } from '../store/batch-statement.ts';
import type { KeyFinding } from './check-reading-keys.ts';

interface LoggedInvitation {
  readonly person: string;
  readonly until: number;
  isUsed: boolean;
}

export class InvitationCheck {
  readonly #database: Database;
  readonly #find: (finding: KeyFinding) => void;
  /** By the hash of their token. */
  readonly #logged = new Map<string, LoggedInvitation>();
  /** Of a release before, whose entries do not say which it was: of each person until when the last one holds. */
  readonly #unnamed = new Map<string, number>();

  constructor(database: Database, find: (finding: KeyFinding) => void) {
    this.#database = database;
    this.#find = find;
  }

  invited({ person, until, invitation }: Details): void {
    if (typeof invitation !== 'string') {
      this.#unnamed.set(String(person), Number(until));
      return;
    }
    this.#unnamed.delete(String(person));
    this.#logged.set(invitation, { person: String(person), until: Number(until), isUsed: false });
  }

  registered(person: string, { passkey, invitation }: Details): void {
    if (typeof invitation !== 'string') return;
    const logged = this.#logged.get(invitation);
    if (logged?.person === person) logged.isUsed = true;
    else if (this.#unnamed.get(person) === undefined) {
      const line = `the passkey ${String(passkey)} of ${person} was registered by an invitation that the log does not have`;
      this.#find({ damage: 'added', line });
    }
  }

  async end(): Promise<void> {
    const rows = await this.#database
      .selectFrom('invitations')
      .select(['token_hash', 'person', 'expires_at'])
      .where('used_at', 'is', null)
      .where('withdrawn_at', 'is', null)
      .execute();
    for (const { token_hash, person, expires_at } of rows) {
      const logged = this.#logged.get(token_hash);
      if (logged === undefined) {
        if (this.#unnamed.get(person) === expires_at) continue;
        this.#find({
          damage: 'added',
          line: `an invitation of ${person} is in the store, and the log does not have it`,
        });
      } else if (logged.person !== person || logged.until !== expires_at || logged.isUsed) {
        const line = `an invitation of ${person} was edited in the store: whose it is, until when, or that it was used`;
        this.#find({ damage: 'edited', line });
      }
    }
  }
}
