/** The life of a card's pre-shared key: that of the activation code is replaced by the first script, and then ends. */
import { randomBytes } from '@vitalseal/protocol';
import { activationKeyVersion, nextKeyVersion } from '@vitalseal/uicc/global-platform';
import type { Database } from '../store/batch-statement.ts';
import type { CardRow } from '../store/cards.ts';
import type { Store } from '../store/open-store.ts';
import { type Stage, stageAfter } from './personalisation.ts';

const keyLength = 32;

export type KeyedCard = Pick<CardRow, 'key_version' | 'psk' | 'next_key_version' | 'next_psk' | 'expires_at'>;

/**
 * The card's key of that version: the one it has, or the one it has been sent and may have. The key of an activation
 * code holds as long as the code.
 * @param at UTC ms
 */
export function keyOfVersion(card: KeyedCard, version: number, at: number): Uint8Array | undefined {
  if (version === activationKeyVersion && at >= card.expires_at) return undefined;
  if (version === card.key_version) return card.psk;
  return version === card.next_key_version ? (card.next_psk ?? undefined) : undefined;
}

/** The key that the card is to be sent: the same one until it is known to have it, or it could end with another. */
export async function nextKey(store: Store, card: CardRow, db: Database): Promise<CardRow> {
  if (card.next_psk !== null && card.next_key_version !== null) return card;
  const next = { next_key_version: nextKeyVersion(card.key_version), next_psk: randomBytes(keyLength) };
  await store.cards.change(card.number, next, db);
  return { ...card, ...next };
}

/** The card has it: it has said so, or has come with it. The key before it opens nothing any more. */
export async function keyReplaced(store: Store, card: CardRow, db: Database): Promise<CardRow> {
  if (card.next_psk === null || card.next_key_version === null) return card;
  const settled = {
    key_version: card.next_key_version,
    psk: card.next_psk,
    next_key_version: null,
    next_psk: null,
    stage: stageAfter(card.stage as Stage, 'replace-key'),
  };
  await store.cards.change(card.number, settled, db);
  return { ...card, ...settled };
}
