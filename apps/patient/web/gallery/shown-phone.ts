// A phone that only shows a state, and answers what it is asked for as a phone in that state would.
import type { Measurement } from '@vitalseal/protocol';
import type { Phone, PhoneState } from '../src/phone/phone-state.ts';

class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(`this phone answers ${code}`);
    this.code = code;
  }
}

const confirmationMs = 400;

export class ShownPhone implements Phone {
  #state: PhoneState;
  readonly #listeners = new Set<() => void>();

  constructor(state: PhoneState) {
    this.#state = state;
  }

  get state(): PhoneState {
    return this.#state;
  }

  subscribe(changed: () => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  async activate(): Promise<void> {
    this.#change({ card: { state: 'activating' } });
    throw new Refused('hospital-unreachable');
  }

  async unlock(pin: string): Promise<void> {
    if (pin !== '2468') {
      this.#change({ card: { state: 'locked', triesLeft: 1 } });
      throw new Refused('pin-refused');
    }
    this.#change({ card: { state: 'open' } });
  }

  async lock(): Promise<void> {
    this.#change({ card: { state: 'locked', triesLeft: 3 } });
  }

  async changePin(pin: string): Promise<void> {
    if (pin !== '2468') throw new Refused('pin-refused');
  }

  async unblock(): Promise<void> {
    throw new Refused('pin-refused');
  }

  async wipe(): Promise<void> {
    this.#change({ card: { state: 'new' } });
  }

  async enter(measurements: readonly Measurement[]): Promise<void> {
    const measuredAt = Date.now();
    const key = `entered-${measuredAt}`;
    const rest = { key, measuredAt, measurements, source: { kind: 'entered' }, late: false } as const;
    const before = this.#state.readings;
    this.#change({ readings: [...before, { ...rest, where: { place: 'phone' } }] });
    if (this.#state.delivery.state === 'waiting') return;
    setTimeout(() => {
      this.#change({ readings: [...before, { ...rest, where: { place: 'hospital', confirmedAt: Date.now() } }] });
    }, confirmationMs);
  }

  async addSealedSensor(): Promise<void> {
    throw new Refused('sensor-code-refused');
  }

  async addStandardSensor(): Promise<void> {
    throw new Refused('device-not-chosen');
  }

  async reconnect(): Promise<void> {
    throw new Refused('sensor-unreachable');
  }

  async removeSensor(sensor: string): Promise<void> {
    this.#change({ sensors: this.#state.sensors.filter(({ id }) => id !== sensor) });
  }

  async shareLocation(share: boolean): Promise<void> {
    this.#change({
      location: share ? { state: 'shared', last: undefined } : { state: 'not-shared' },
      consent: { ...this.#state.consent, location: share },
    });
  }

  async shareReadings(share: boolean): Promise<void> {
    this.#change({ consent: { ...this.#state.consent, readings: share } });
  }

  async callForHelp(): Promise<void> {
    this.#change({ emergency: { state: 'asking' } });
    setTimeout(() => {
      const at = Date.now();
      const isAway = this.#state.delivery.state === 'waiting';
      this.#change({ emergency: isAway ? { state: 'unconfirmed', since: at } : { state: 'confirmed', at } });
    }, confirmationMs);
  }

  async applyUpdate(): Promise<void> {
    this.#change({ update: 'none' });
  }

  async close(): Promise<void> {
    this.#listeners.clear();
  }

  #change(change: Partial<PhoneState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
