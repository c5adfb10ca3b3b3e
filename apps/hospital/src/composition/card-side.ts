/** The administration of the patients' cards: who they are, what waits for them, and who certifies them. */
import { CardAdministration } from '../card-administration/card-administration.ts';
import { CardKeys } from '../card-administration/card-keys.ts';
import { cardRegistrar } from '../card-administration/card-registrar.ts';
import { CardSessions } from '../card-administration/card-sessions.ts';
import { revokeDue } from '../card-administration/certify-card.ts';
import { type KeyOf, PskDoor } from '../card-administration/psk-door.ts';
import type { HospitalCore } from './core.ts';

export interface CardSide {
  readonly administration: CardAdministration;
  readonly door: PskDoor;
  /** Of cards that a page carries for. */
  readonly sessions: CardSessions;
  /** Takes over the cards that another process has invited, or has ordered to end. */
  refresh(): Promise<void>;
  /** Begins to have revoked at the authority what is due to be: an authority that is away keeps nobody waiting. */
  revokeDue(): void;
  /** When nothing is under way with the authority any more. */
  idle(): Promise<void>;
}

export async function cardSide(core: HospitalCore, authorityUrl: string | undefined): Promise<CardSide> {
  const { store, live, revocations, onProblem } = core;
  const { identity, anchors } = core.keys;
  // The machine's own clock, as for certificates: a replay's has nothing to do with when a code ends.
  const now = Date.now;
  const keys = await CardKeys.load(store, now);
  const registrar = authorityUrl === undefined ? undefined : cardRegistrar(() => live.current, authorityUrl);
  let revoking: Promise<void> | undefined;
  const revoke = () => {
    revoking ??= revokeDue({ store, registrar }, onProblem)
      .catch(onProblem)
      .finally(() => {
        revoking = undefined;
      });
  };
  const administration = new CardAdministration({
    store,
    keys,
    hospital: identity,
    anchors,
    registrar,
    revocationList: () => revocations.list(),
    now,
  });
  const keyOf: KeyOf = (card) => keys.keyOf(card);
  // One after the other: a look that began before a card was invited is none for whoever asks after it.
  let looked: Promise<void> = Promise.resolve();
  const refresh = () => {
    const look = looked.then(async () => {
      if (await keys.refresh()) revoke();
    });
    looked = look.catch(() => undefined);
    return look;
  };
  return {
    administration,
    door: new PskDoor(keyOf),
    sessions: new CardSessions({ administration, keyOf, refresh, onProblem }),
    refresh,
    revokeDue: revoke,
    idle: async () => revoking,
  };
}
