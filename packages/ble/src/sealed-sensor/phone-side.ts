// The phone's side of step 1 on Bluetooth LE: it carries what it cannot read between a sealed sensor and the secure element.
// The same over a host stack of our own and in a browser.

import type { Bytes, Fragmenter } from '@vitalseal/protocol';
import type { LinkMessage, MessageLink } from '@vitalseal/sensor-link';
import { BleError } from '../errors.ts';
import type { GattConnection, RemoteCharacteristic } from '../gatt/gatt-client.ts';
import { encodeAnswerMessage } from './answer-message.ts';
import { ArrivingMessages } from './arriving-messages.ts';
import { ReceivedValues, valuesOf } from './characteristic-fragments.ts';
import { decodeStatus, type SensorStatus } from './status.ts';
import { sealedSensorUuids } from './uuids.ts';

export interface SealedSensorLink {
  readonly messages: MessageLink;
  /** As the sensor said last. */
  readonly status: SensorStatus;
  /** Asks anew. @throws BleError `gatt-refused`, `gatt-malformed`, `radio-disconnected` */
  readStatus(): Promise<SensorStatus>;
  /** Values that were no part of a message or no status, and were left out. */
  readonly dropped: number;
}

export interface SealedSensorEvents {
  readonly status?: (status: SensorStatus) => void;
  readonly dropped?: () => void;
}

/** @throws BleError `gatt-refused`, `gatt-malformed`, `radio-disconnected` */
export async function openSealedSensor(
  connection: GattConnection,
  events: SealedSensorEvents = {},
): Promise<SealedSensorLink> {
  const service = await connection.service(sealedSensorUuids.service);
  const status = await service.characteristic(sealedSensorUuids.status);
  const handshake = await service.characteristic(sealedSensorUuids.handshake);
  const records = await service.characteristic(sealedSensorUuids.records);
  const answers = await service.characteristic(sealedSensorUuids.answers);
  const first = decodeStatus(await status.read());
  const side = new PhoneSide({ connection, status, handshake, records, answers }, first, events);
  await side.listen();
  return side;
}

interface Characteristics {
  readonly connection: GattConnection;
  readonly status: RemoteCharacteristic;
  readonly handshake: RemoteCharacteristic;
  readonly records: RemoteCharacteristic;
  readonly answers: RemoteCharacteristic;
}

class PhoneSide implements SealedSensorLink {
  readonly messages: MessageLink;
  readonly #of: Characteristics;
  readonly #events: SealedSensorEvents;
  readonly #arriving = new ArrivingMessages();
  readonly #handshakes: Fragmenter;
  readonly #answers: Fragmenter;
  #status: SensorStatus;
  #dropped = 0;
  /** One write at a time: a browser refuses a second one. */
  #writing: Promise<void> = Promise.resolve();

  constructor(of: Characteristics, status: SensorStatus, events: SealedSensorEvents) {
    this.#of = of;
    this.#events = events;
    this.#status = status;
    const mtu = of.connection.mtu ?? status.mtu;
    this.#handshakes = valuesOf(mtu);
    this.#answers = valuesOf(mtu);
    void of.connection.closed.then(() => this.#arriving.close(undefined));
    this.messages = {
      listen: (listener) => this.#arriving.listen(listener),
      send: (type, body) => this.#send(type, body),
      close: (reason) => {
        this.#arriving.close(reason);
        of.connection.close();
      },
    };
  }

  get status(): SensorStatus {
    return this.#status;
  }

  get dropped(): number {
    return this.#dropped;
  }

  /** The sensor begins to speak when both are listened to. */
  async listen(): Promise<void> {
    const { status, handshake, records } = this.#of;
    const drop = () => this.#drop();
    const ofHandshakes = new ReceivedValues(drop);
    const ofRecords = new ReceivedValues(drop);
    await status.listen((value) => this.#takeStatus(value));
    await handshake.listen((value) => this.#arrive('handshake', ofHandshakes.accept(value)));
    await records.listen((value) => this.#arrive('record', ofRecords.accept(value)));
  }

  async readStatus(): Promise<SensorStatus> {
    this.#status = decodeStatus(await this.#of.status.read());
    return this.#status;
  }

  #arrive(type: LinkMessage, message: Bytes | undefined): void {
    if (message && !this.#arriving.message(type, message)) this.#drop();
  }

  #takeStatus(value: Bytes): void {
    try {
      this.#status = decodeStatus(value);
      this.#events.status?.(this.#status);
    } catch (error) {
      if (!(error instanceof BleError)) throw error;
      this.#drop();
    }
  }

  #drop(): void {
    this.#dropped += 1;
    this.#events.dropped?.();
  }

  async #send(type: LinkMessage, body: Bytes): Promise<void> {
    const [characteristic, values] =
      type === 'handshake'
        ? [this.#of.handshake, this.#handshakes.fragments(body)]
        : [this.#of.answers, this.#answers.fragments(encodeAnswerMessage(type, body))];
    const before = this.#writing;
    const written = (async () => {
      await before;
      for (const value of values) {
        if (this.#arriving.isClosed) return;
        await characteristic.write(value);
      }
    })();
    // A write that fails leaves the sensor with half a message, and is the end of the link: both begin anew.
    this.#writing = written.catch((cause: unknown) => {
      this.messages.close(
        cause instanceof Error ? cause : new BleError('radio-disconnected', 'expected a sensor in range'),
      );
    });
    await this.#writing;
  }
}
