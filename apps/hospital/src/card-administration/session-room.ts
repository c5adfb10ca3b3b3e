/** Sessions of cards by name, few of each card and no more than so many in all: for the next the oldest goes. */
import type { PskIdentity } from '@vitalseal/uicc/global-platform';

export interface RoomLimits {
  readonly ofOneCard: number;
  readonly inAll: number;
}

export class SessionRoom<Session extends { readonly card: PskIdentity }> {
  readonly #limits: RoomLimits;
  /** The oldest first, as in each card's own. */
  readonly #sessions = new Map<string, Session>();
  readonly #ofCard = new Map<string, Set<string>>();

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  get(name: string): Session | undefined {
    return this.#sessions.get(name);
  }

  add(name: string, session: Session): void {
    const { administrationId } = session.card;
    const names = this.#ofCard.get(administrationId) ?? new Set();
    this.#ofCard.set(administrationId, names.add(name));
    this.#sessions.set(name, session);
    if (names.size > this.#limits.ofOneCard) this.#deleteFirst(names);
    if (this.#sessions.size > this.#limits.inAll) this.#deleteFirst(this.#sessions.keys());
  }

  delete(name: string): void {
    const { administrationId } = this.#sessions.get(name)?.card ?? {};
    this.#sessions.delete(name);
    if (administrationId === undefined) return;
    const names = this.#ofCard.get(administrationId);
    names?.delete(name);
    if (names?.size === 0) this.#ofCard.delete(administrationId);
  }

  #deleteFirst(names: Iterable<string>): void {
    for (const name of names) {
      this.delete(name);
      return;
    }
  }
}
