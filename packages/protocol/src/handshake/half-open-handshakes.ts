// The responder's memory of handshakes whose initiator is still unknown. Anyone can fill it, so it is bounded in number
// and in time (RFC 9528 section 9.7).

import { type Bytes, bytesToHex } from '../bytes.ts';
import { randomBytes } from '../primitives/index.ts';

interface HalfOpen<State> {
  readonly state: State;
  readonly expiresAt: number;
}

/** `State` is usually a `ResponderAwaitingMessage3`. All times are UTC milliseconds. */
export class HalfOpenHandshakes<State> {
  readonly #limit: number;
  readonly #lifetimeMs: number;
  /** In order of arrival, and so of expiry. */
  readonly #open = new Map<string, HalfOpen<State>>();

  constructor({ limit, lifetimeMs }: { limit: number; lifetimeMs: number }) {
    this.#limit = limit;
    this.#lifetimeMs = lifetimeMs;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Unpredictable, so that a stranger cannot end a handshake by sending rubbish under its identifier. */
  newConnectionId(): Bytes {
    return randomBytes(8);
  }

  /**
   * Above the limit the oldest goes: an honest initiator answers within a round trip, so a flood must outrun that to
   * push it out, whereas refusing the newest would let a few messages a minute lock everyone out.
   */
  add(connectionId: Bytes, state: State, now: number): void {
    this.#dropExpired(now);
    const key = bytesToHex(connectionId);
    // Set anew it would keep its old place in the order.
    this.#open.delete(key);
    this.#open.set(key, { state, expiresAt: now + this.#lifetimeMs });
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= this.#limit) break;
      this.#open.delete(oldest);
    }
  }

  /** Takes it out: a state serves one message. */
  take(connectionId: Bytes, now: number): State | undefined {
    this.#dropExpired(now);
    const key = bytesToHex(connectionId);
    const halfOpen = this.#open.get(key);
    this.#open.delete(key);
    return halfOpen?.state;
  }

  #dropExpired(now: number): void {
    for (const [key, { expiresAt }] of this.#open) {
      if (expiresAt > now) return;
      this.#open.delete(key);
    }
  }
}
