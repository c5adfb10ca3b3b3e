// A sensor without a patient on one link: a handshake in which both ends prove the code, and nothing else. No record is
// sent on its channel; the sensor shakes hands again as its patient's once the bond is kept.

import type { Bytes, Identity } from '@vitalseal/protocol';
import type { SensorDevice } from '../device/sensor-device.ts';
import { SensorError } from '../errors.ts';
import { shakeHandsByCode } from '../link/handshake.ts';
import type { PhoneLink } from '../link/phone-link.ts';
import { keepBond, ownCode } from './bond.ts';

export interface BondByCodeOptions {
  readonly device: SensorDevice;
  /** UTC ms of the sensor's own clock. */
  readonly now: () => number;
  /** How long the phone may take for all of it, ms: it is a stranger, and others may wait. */
  readonly silenceMs: number;
}

/**
 * @returns the patient whose element was given the code; the bond is kept by then
 * @throws ProtocolError `sensor-code-unproved`, `peer-refused` of a phone that was not given it
 */
export async function bondByCode(messages: PhoneLink, options: BondByCodeOptions): Promise<Identity> {
  const { device, now, silenceMs } = options;
  const answers = new Answers(messages, silenceMs);
  try {
    const { key } = await ownCode(device.storage);
    const exchange = (message: Bytes) => answers.to(message);
    const patient = await shakeHandsByCode({ device, sensorCodeKey: key, now, exchange });
    await keepBond(device.storage, patient);
    messages.proved?.();
    return patient;
  } finally {
    answers.end();
    messages.close();
  }
}

/** Of a phone, to one handshake message at a time; what else it says is passed over. */
class Answers {
  readonly #messages: PhoneLink;
  readonly #late: NodeJS.Timeout;
  #awaiting: PromiseWithResolvers<Bytes> | undefined;
  #closed: Error | undefined;

  constructor(messages: PhoneLink, silenceMs: number) {
    this.#messages = messages;
    const end = (reason: Error) => {
      this.#closed ??= reason;
      this.#awaiting?.reject(reason);
    };
    this.#late = setTimeout(() => end(unanswered('expected the phone to answer in time')), silenceMs);
    messages.listen({
      message: (type, body) => {
        if (type === 'handshake') this.#awaiting?.resolve(body);
      },
      closed: (reason) => end(reason ?? unanswered('expected an open link')),
    });
  }

  async to(message: Bytes): Promise<Bytes> {
    if (this.#closed) throw this.#closed;
    const awaiting = Promise.withResolvers<Bytes>();
    awaiting.promise.catch(() => {}); // the link may end while the message is still being sent
    this.#awaiting = awaiting;
    try {
      // A radio may not take the message for as long as the other end does not confirm it.
      return await Promise.race([
        awaiting.promise,
        this.#messages.send('handshake', message).then(() => awaiting.promise),
      ]);
    } finally {
      this.#awaiting = undefined;
    }
  }

  end(): void {
    clearTimeout(this.#late);
  }
}

function unanswered(expected: string): SensorError {
  return new SensorError('sensor-handshake-unanswered', expected);
}
