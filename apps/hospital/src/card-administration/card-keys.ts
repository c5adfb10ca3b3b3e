/**
 * The keys of all cards, in memory: TLS asks for them in the middle of a handshake and does not wait. Taken over from the
 * store when another process has written there, as patients and people are.
 */
import { activationKeyVersion, type PskIdentity } from '@vitalseal/uicc/global-platform';
import type { CardRow } from '../store/cards.ts';
import type { Store } from '../store/open-store.ts';

/** A tally that grows with every card that another process invites, or orders to end. */
export const cardsTally = 'cards';

type KeyedCard = Pick<CardRow, 'key_version' | 'psk' | 'next_key_version' | 'next_psk' | 'expires_at'>;

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
    for (const card of await cards.all()) this.take(card);
    this.#seen = tally;
    return true;
  }

  take({ administration_id, key_version, psk, next_key_version, next_psk, expires_at }: CardRow): void {
    this.#cards.set(administration_id, { key_version, psk, next_key_version, next_psk, expires_at });
  }

  /**
   * The card's key of that version: the one it has, or the one it has been sent and may have. The key of an activation
   * code holds as long as the code.
   */
  keyOf({ administrationId, keyVersion }: PskIdentity): Uint8Array | undefined {
    const card = this.#cards.get(administrationId);
    if (card === undefined) return undefined;
    if (keyVersion === activationKeyVersion && this.#now() >= card.expires_at) return undefined;
    if (keyVersion === card.key_version) return card.psk;
    return keyVersion === card.next_key_version ? (card.next_psk ?? undefined) : undefined;
  }
}
