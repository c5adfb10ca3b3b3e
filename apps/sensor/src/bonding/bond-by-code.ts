// A sensor without a patient on one link: a handshake in which both ends prove the code, and nothing else. No record is
// sent on its channel; the sensor shakes hands again as its patient's once the bond is kept.

import type { Bytes, Identity } from '@vitalseal/protocol';
import type { MessageLink } from '@vitalseal/sensor-link';
import type { SensorDevice } from '../device/sensor-device.ts';
import { SensorError } from '../errors.ts';
import { shakeHandsByCode } from '../link/handshake.ts';
import { keepBond, ownCode } from './bond.ts';

export interface BondByCodeOptions {
  readonly device: SensorDevice;
  /** UTC ms of the sensor's own clock. */
  readonly now: () => number;
  /** How long the phone may take for an answer, ms. */
  readonly silenceMs: number;
}

/**
 * @returns the patient whose element was given the code; the bond is kept by then
 * @throws ProtocolError `sensor-code-unproved`, `peer-refused` of a phone that was not given it
 */
export async function bondByCode(messages: MessageLink, options: BondByCodeOptions): Promise<Identity> {
  const { device, now, silenceMs } = options;
  const answers = new Answers(messages, silenceMs);
  try {
    const { key } = await ownCode(device.storage);
    const exchange = (message: Bytes) => answers.to(message);
    const patient = await shakeHandsByCode({ device, sensorCodeKey: key, now, exchange });
    await keepBond(device.storage, patient);
    return patient;
  } finally {
    messages.close();
  }
}

/** Of a phone, to one handshake message at a time; what else it says is passed over. */
class Answers {
  readonly #messages: MessageLink;
  readonly #silenceMs: number;
  #awaiting: PromiseWithResolvers<Bytes> | undefined;
  #closed: Error | undefined;

  constructor(messages: MessageLink, silenceMs: number) {
    this.#messages = messages;
    this.#silenceMs = silenceMs;
    messages.listen({
      message: (type, body) => {
        if (type === 'handshake') this.#awaiting?.resolve(body);
      },
      closed: (reason) => {
        this.#closed = reason ?? unanswered('expected an open link');
        this.#awaiting?.reject(this.#closed);
      },
    });
  }

  async to(message: Bytes): Promise<Bytes> {
    if (this.#closed) throw this.#closed;
    const awaiting = Promise.withResolvers<Bytes>();
    awaiting.promise.catch(() => {}); // the link may end while the message is still being sent
    this.#awaiting = awaiting;
    const late = () => awaiting.reject(unanswered('expected the phone to answer in time'));
    const timer = setTimeout(late, this.#silenceMs);
    try {
      await this.#messages.send('handshake', message);
      return await awaiting.promise;
    } finally {
      clearTimeout(timer);
      this.#awaiting = undefined;
    }
  }
}

function unanswered(expected: string): SensorError {
  return new SensorError('sensor-handshake-unanswered', expected);
}
