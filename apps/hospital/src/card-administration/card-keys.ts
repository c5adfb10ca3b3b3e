/**
 * The keys of all cards, in memory: TLS asks for them in the middle of a handshake and does not wait. Taken over from the
 * store when another process has written there, as patients and people are.
 */
import type { PskIdentity } from '@vitalseal/uicc/global-platform';
import type { CardRow } from '../store/cards.ts';
import type { Store } from '../store/open-store.ts';
import { type KeyedCard, keyOfVersion } from './card-key.ts';

/** A tally that grows with every card that another process invites, or orders to end. */
export const cardsTally = 'cards';

export class CardKeys {
  readonly #store: Store;
  readonly #now: () => number;
  readonly #cards = new Map<string, KeyedCard>();
  #seen = -1;

  private constructor(store: Store, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  /** @param now UTC ms, the machine's own clock */
  static async load(store: Store, now: () => number): Promise<CardKeys> {
    const keys = new CardKeys(store, now);
    await keys.refresh();
    return keys;
  }

  /** @returns whether another process has changed anything */
  async refresh(): Promise<boolean> {
    const { tallies, cards } = this.#store;
    const tally = (await tallies.get(cardsTally)) ?? 0;
    if (tally === this.#seen) return false;
    const all = await cards.all();
    const there = new Set(all.map(({ administration_id }) => administration_id));
    // Those that never came, and were removed.
    for (const known of this.#cards.keys()) if (!there.has(known)) this.#cards.delete(known);
    for (const card of all) this.take(card);
    this.#seen = tally;
    return true;
  }

  take({ administration_id, key_version, psk, next_key_version, next_psk, expires_at }: CardRow): void {
    this.#cards.set(administration_id, { key_version, psk, next_key_version, next_psk, expires_at });
  }

  keyOf({ administrationId, keyVersion }: PskIdentity): Uint8Array | undefined {
    const card = this.#cards.get(administrationId);
    return card === undefined ? undefined : keyOfVersion(card, keyVersion, this.#now());
  }
}
