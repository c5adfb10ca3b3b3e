/** A passkey's word: who gave it, that it was this hospital's question, and that the passkey has no copy. */
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import type { Bytes } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';
import { removePasskey } from '../people/person-register.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Store } from '../store/open-store.ts';
import type { PasskeyRow } from '../store/passkeys.ts';
import { verifyAssertion } from './passkey-answers.ts';
import type { RelyingParty } from './relying-party.ts';

export interface AssertionOptions {
  readonly store: Store;
  readonly sessions: Sessions;
  readonly party: () => RelyingParty;
  /** UTC ms, the machine's own clock. */
  readonly now: () => number;
}

export class Assertions {
  readonly #options: AssertionOptions;

  constructor(options: AssertionOptions) {
    this.#options = options;
  }

  /**
   * Counted when this resolves: the same answer is refused from then on.
   * @param person who it must be; anyone of the hospital's if left out
   * @throws HospitalError `passkey-refused`, `passkey-cloned`
   */
  async verify(response: AuthenticationResponseJSON, challenge: Bytes, person?: string): Promise<PasskeyRow> {
    const { store, party, now } = this.#options;
    const passkey = await store.passkeys.find(response.id);
    if (passkey === undefined || (person !== undefined && passkey.person !== person)) throw refused();
    const { counter, cloned } = await verifyAssertion(response, { challenge, party: party(), passkey });
    if (cloned) await this.#outOfUse(passkey);
    const used = await store.passkeys.used(passkey.id, { before: passkey.counter, counter, at: now() });
    if (!used) throw refused();
    return passkey;
  }

  /** Which of the two is the person's nobody can tell: neither is taken, and what either opened ends. */
  async #outOfUse(passkey: PasskeyRow): Promise<never> {
    const { store, sessions, now } = this.#options;
    const removing = { passkey, actor: passkey.person, at: now(), because: 'passkey-cloned' };
    const ended = await store.transaction((db) => removePasskey(store, removing, db));
    sessions.forget(ended, 'revoked');
    throw new HospitalError('passkey-cloned', 'expected a passkey that counts onwards');
  }
}

function refused(): HospitalError {
  return new HospitalError('passkey-refused', 'expected a passkey that is registered here');
}
