/**
 * What passkeys were asked to sign, each good for one answer and a few minutes. In memory: a hospital that restarts asks
 * anew. Bounded, so that strangers who begin and never end cost nothing; the oldest makes room.
 */
import { randomBytes } from 'node:crypto';

export interface CeremoniesOptions {
  /** UTC ms. */
  readonly now: () => number;
  readonly lifetimeMs?: number;
  readonly limit?: number;
}

export class Ceremonies<Asked> {
  readonly #now: () => number;
  readonly #lifetimeMs: number;
  readonly #limit: number;
  readonly #open = new Map<string, { readonly asked: Asked; readonly until: number }>();

  constructor({ now, lifetimeMs = 5 * 60_000, limit = 10_000 }: CeremoniesOptions) {
    this.#now = now;
    this.#lifetimeMs = lifetimeMs;
    this.#limit = limit;
  }

  /** @param id left out, one that nobody guesses; under the same name the former is void */
  begin(asked: Asked, id: string = randomBytes(16).toString('base64url')): string {
    this.#open.delete(id);
    for (const [oldest, { until }] of this.#open) {
      if (this.#open.size < this.#limit && until > this.#now()) break;
      this.#open.delete(oldest);
    }
    this.#open.set(id, { asked, until: this.#now() + this.#lifetimeMs });
    return id;
  }

  /** Once: whoever takes it has it, whatever comes of it. */
  take(id: string): Asked | undefined {
    const found = this.#open.get(id);
    this.#open.delete(id);
    return found !== undefined && found.until > this.#now() ? found.asked : undefined;
  }
}
