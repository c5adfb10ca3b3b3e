/**
 * How much a network address may ask for before it has proved who it is: a token bucket each. What an authenticated
 * peer sends is not charged, so a ward behind one address is never slowed by its own size. In IPv6 the network of a host
 * is charged (its first 64 bits): whoever has one address of it has all.
 */
import { isIPv6 } from 'node:net';

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
    const bucket = this.#buckets.get(networkOf(address));
    return bucket === undefined || this.#filled(bucket) >= 1;
  }

  /** Charges one; false when nothing is left, and then nothing is charged. */
  charge(address: string): boolean {
    const network = networkOf(address);
    const bucket = this.#buckets.get(network) ?? { tokens: this.#burst, filledAt: this.#now() };
    bucket.tokens = this.#filled(bucket);
    bucket.filledAt = this.#now();
    this.#buckets.delete(network);
    this.#buckets.set(network, bucket);
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
    const bucket = this.#buckets.get(networkOf(address));
    if (bucket === undefined) return 1;
    return Math.max(1, Math.ceil((1 - this.#filled(bucket)) / this.#perMs / 1000));
  }

  #filled({ tokens, filledAt }: Bucket): number {
    return Math.min(this.#burst, tokens + Math.max(0, this.#now() - filledAt) * this.#perMs);
  }
}

function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  const [, text = ''] = /^([^%]*)/.exec(address) ?? [];
  const [head = '', tail] = text.split('::');
  const left = groupsOf(head);
  const right = groupsOf(tail ?? '');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array<string>(zeros).fill('0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
