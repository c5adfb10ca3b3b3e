/** What a card in service is supplied with unasked, each time it calls: the newest revocation list. */
import type { Database } from '../store/batch-statement.ts';
import type { CardRow } from '../store/cards.ts';
import type { Store } from '../store/open-store.ts';
import type { Blob } from '../store/schema.ts';
import { type Script, scripts } from './scripts.ts';

export interface UpkeepParts {
  readonly store: Store;
  readonly revocationList: () => { readonly number: number; readonly der: Blob } | undefined;
  readonly now: () => number;
}

/** What a script can hold; a longer list reaches the card by its phone. */
const mostListOctets = 60_000;

export async function queueUpkeep(parts: UpkeepParts, card: CardRow, db: Database): Promise<void> {
  const { store, revocationList } = parts;
  const list = revocationList();
  const known = card.list_number ?? 0;
  if (card.stage !== 'in-service' || list === undefined || list.number <= known) return;
  if (list.der.length > mostListOctets || (await waits(store, card, db))) return;
  await store.cardScripts.forgetDone(card.number, 'revocations', db);
  await queueScript(parts, { card, script: scripts.revocations(list.der) }, db);
  await store.cards.change(card.number, { list_number: list.number }, db);
}

async function waits(store: Store, { number }: CardRow, db: Database): Promise<boolean> {
  return (await store.cardScripts.open(number, db)).some(({ purpose }) => purpose === 'revocations');
}

export async function queueScript(
  { store, now }: Pick<UpkeepParts, 'store' | 'now'>,
  { card, script: { urgent, ...script } }: { card: CardRow; script: Script },
  db: Database,
): Promise<void> {
  await store.cardScripts.queue({ ...script, card: card.number, urgent: urgent ? 1 : 0, queued_at: now() }, db);
}
