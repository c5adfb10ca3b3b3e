// Who is let in to a sealed sensor. Anyone in range can connect, again and again and under new addresses, and a radio has few
// links. An address proves nothing, but it says whom to try first: one whose phone has proved to be the patient's is always
// let in; all others share a few places, and wait the longer the more often they came for nothing.

export interface DoorkeeperOptions {
  /** Addresses of phones that have proved before, the latest last. */
  readonly known?: readonly string[];
  /** Told when those are others. */
  readonly learned?: (known: readonly string[]) => void;
  /** Milliseconds that never go back. */
  readonly now?: () => number;
}

export const mostStrangers = 3;
const mostKnown = 8;
const mostResting = 64;
const firstRestMs = 1_000;
const mostRestMs = 60_000;
/** A radio whose every link was taken is kept for known phones this long, when a stranger has left it. */
const keptFreeMs = 5_000;

interface Resting {
  readonly failures: number;
  readonly until: number;
}

export class Doorkeeper {
  readonly #known: Set<string>;
  readonly #learned: DoorkeeperOptions['learned'];
  readonly #now: () => number;
  /** How often each is in. */
  readonly #inside = new Map<string, number>();
  readonly #resting = new Map<string, Resting>();
  #full = false;
  #keptFreeUntil = 0;

  constructor({ known = [], learned, now = () => performance.now() }: DoorkeeperOptions = {}) {
    this.#known = new Set(known.slice(-mostKnown));
    this.#learned = learned;
    this.#now = now;
  }

  knows(id: string): boolean {
    return this.#known.has(id);
  }

  /** @returns whether it may stay; then it has to be told when it goes */
  comes(id: string): boolean {
    if (!this.#known.has(id) && !this.#admitsStranger(id)) return false;
    this.#inside.set(id, (this.#inside.get(id) ?? 0) + 1);
    return true;
  }

  /** @param proved whether it has, on this link */
  goes(id: string, proved: boolean): void {
    const links = (this.#inside.get(id) ?? 1) - 1;
    if (links > 0) this.#inside.set(id, links);
    else this.#inside.delete(id);
    if (proved || this.#known.has(id)) return;
    this.#rest(id);
    if (this.#full && this.#known.size > 0) this.#keptFreeUntil = this.#now() + keptFreeMs;
    this.#full = false;
  }

  /** The radio has no link left for whoever comes next. */
  full(): void {
    this.#full = true;
  }

  proves(id: string): void {
    this.#resting.delete(id);
    const isNew = !this.#known.delete(id);
    this.#known.add(id);
    const [oldest] = this.#known;
    if (this.#known.size > mostKnown && oldest !== undefined) this.#known.delete(oldest);
    if (isNew) this.#learned?.([...this.#known]);
  }

  #admitsStranger(id: string): boolean {
    const now = this.#now();
    if (now < this.#keptFreeUntil || now < (this.#resting.get(id)?.until ?? 0)) return false;
    let strangers = 0;
    for (const [inside, links] of this.#inside) if (!this.#known.has(inside)) strangers += links;
    return strangers < mostStrangers;
  }

  #rest(id: string): void {
    const failures = (this.#resting.get(id)?.failures ?? 0) + 1;
    const restMs = Math.min(mostRestMs, firstRestMs * 2 ** Math.min(failures - 1, 16));
    this.#resting.delete(id);
    this.#resting.set(id, { failures, until: this.#now() + restMs });
    const [oldest] = this.#resting.keys();
    if (this.#resting.size > mostResting && oldest !== undefined) this.#resting.delete(oldest);
  }
}
