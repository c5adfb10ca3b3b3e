/**
 * What people and cards leave behind by coming and going, and what can mean nothing any more: removed a while after that, so that the
 * store grows with patients, readings and staff, and not with sign-ins and invitations. What of it is for keeping stands in the
 * audit log, of which nothing is ever removed.
 */

import { cardsTally } from '../card-administration/card-keys.ts';
import { personalisationPurposes } from '../card-administration/personalisation.ts';
import type { Database } from '../store/batch-statement.ts';
import type { Store } from '../store/open-store.ts';

const dayMs = 86_400_000;
/** Longer than any clock is wrong unnoticed: what was shut out stays known for as long as its certificate could come back. */
export const prunedAfterMs = 30 * dayMs;
/** Somebody may want to know why a card did not do as it was told. */
export const scriptsPrunedAfterMs = 90 * dayMs;

export interface Pruned {
  readonly sessions: number;
  readonly invitations: number;
  readonly cards: number;
  readonly scripts: number;
}

/** @param now UTC ms, the machine's own clock */
export function pruneOutdated(store: Store, now: number): Promise<Pruned> {
  const before = now - prunedAfterMs;
  return store.transaction(async (db) => {
    const pruned = {
      sessions: await pruneSessions(db, before),
      invitations: await pruneInvitations(db, before),
      cards: await pruneCards(db, before),
      scripts: await pruneScripts(db, now - scriptsPrunedAfterMs),
    };
    // The keys of its cards are in the memory of whichever process serves them.
    if (pruned.cards > 0) await store.tallies.add(db, cardsTally, 1);
    return pruned;
  });
}

/** Ended, and their certificate has run out. Of each person the last that was shut out stays: it says that they are. */
async function pruneSessions(db: Database, before: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('sessions')
    .where('ended_at', '<', before)
    .where('certified_until', '<', before)
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('ending', 'not in', shutOut),
        exists(
          selectFrom('sessions as later')
            .select('later.id')
            .whereRef('later.person', '=', 'sessions.person')
            .where('later.ending', 'in', shutOut)
            .where((later) =>
              later.or([
                later('later.ended_at', '>', later.ref('sessions.ended_at')),
                later.and([
                  later('later.ended_at', '=', later.ref('sessions.ended_at')),
                  later('later.id', '<', later.ref('sessions.id')),
                ]),
              ]),
            ),
        ),
      ]),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

const shutOut = ['revoked', 'removed'];

/** Of each person the last one stays: whoever was shut out comes in again by one that is newer. */
async function pruneInvitations(db: Database, before: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('invitations')
    .where('expires_at', '<', before)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('invitations as later')
          .select('later.token_hash')
          .whereRef('later.person', '=', 'invitations.person')
          .whereRef('later.invited_at', '>', 'invitations.invited_at'),
      ),
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** Cards that were expected and never came. */
async function pruneCards(db: Database, before: number): Promise<number> {
  const rows = await db
    .selectFrom('cards')
    .select('number')
    .where('stage', '=', 'invited')
    .where('seen_at', 'is', null)
    .where('expires_at', '<', before)
    .execute();
  const numbers = rows.map(({ number }) => number);
  if (numbers.length === 0) return 0;
  await db.deleteFrom('card_scripts').where('card', 'in', numbers).execute();
  await db.deleteFrom('cards').where('number', 'in', numbers).execute();
  return numbers.length;
}

/** What a card has failed at while it came into service is counted, and keeps it from trying for ever. */
async function pruneScripts(db: Database, before: number): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('card_scripts')
    .where('finished_at', '<', before)
    .where(({ or, eb }) => or([eb('state', '=', 'done'), eb('purpose', 'not in', [...personalisationPurposes])]))
    .executeTakeFirst();
  return Number(numDeletedRows);
}
