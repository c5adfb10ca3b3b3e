/**
 * How much a network address may ask for before it has proved who it is: a token bucket each. What an authenticated
 * peer sends is not charged, so a ward behind one address is never slowed by its own size.
 */
export interface AllowanceOptions {
  /** How many charges may come at once. */
  readonly burst: number;
  readonly perSecond: number;
  /** Addresses remembered at a time; above it the one longest unseen is forgotten. */
  readonly addressLimit?: number;
  /** UTC ms. */
  readonly now: () => number;
}

interface Bucket {
  tokens: number;
  filledAt: number;
}

export class AddressAllowance {
  readonly #burst: number;
  readonly #perMs: number;
  readonly #addressLimit: number;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor({ burst, perSecond, addressLimit = 10_000, now }: AllowanceOptions) {
    this.#burst = burst;
    this.#perMs = perSecond / 1000;
    this.#addressLimit = addressLimit;
    this.#now = now;
  }

  /** Whether the address has anything left, without charging it. */
  hasSome(address: string): boolean {
    const bucket = this.#buckets.get(address);
    return bucket === undefined || this.#filled(bucket) >= 1;
  }

  /** Charges one; false when nothing is left, and then nothing is charged. */
  charge(address: string): boolean {
    const bucket = this.#buckets.get(address) ?? { tokens: this.#burst, filledAt: this.#now() };
    bucket.tokens = this.#filled(bucket);
    bucket.filledAt = this.#now();
    this.#buckets.delete(address);
    this.#buckets.set(address, bucket);
    if (this.#buckets.size > this.#addressLimit) {
      for (const oldest of this.#buckets.keys()) {
        this.#buckets.delete(oldest);
        break;
      }
    }
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }

  /** Whole seconds until the address may try again. */
  secondsUntilNext(address: string): number {
    const bucket = this.#buckets.get(address);
    if (bucket === undefined) return 1;
    return Math.max(1, Math.ceil((1 - this.#filled(bucket)) / this.#perMs / 1000));
  }

  #filled({ tokens, filledAt }: Bucket): number {
    return Math.min(this.#burst, tokens + Math.max(0, this.#now() - filledAt) * this.#perMs);
  }
}
