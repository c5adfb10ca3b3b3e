// A phone for tests of the sensor: the real secure element behind the link's messages, one record at a time, with ways
// to be cut off, to hold it back and to lie.

import { type Bytes, errorMessageFor, recordHash } from '@vitalseal/protocol';
import { encodeSensorAnswer, type SecureElement } from '@vitalseal/secure-element';
import { encodeTrouble, encodeWindow, framedMessages, linkPair, type MessageLink } from '@vitalseal/sensor-link';

export class ElementPhone {
  readonly #element: () => SecureElement;
  readonly frames: Bytes[] = [];
  readonly records: Bytes[] = [];
  links = 0;
  handshakes = 0;
  away = false;
  /** Cuts the link instead of every answer to this many records. */
  cutAnswers = 0;
  /** Says this instead of handing the records over. */
  trouble: string | undefined;
  /** Answers every record with this hint, as a phone that lies. */
  lie: string | undefined;
  #current: MessageLink | undefined;
  #window = 8;
  #work: Promise<void> = Promise.resolve();
  readonly #mtu: number;

  constructor(element: SecureElement | (() => SecureElement), mtu = 185) {
    this.#element = typeof element === 'function' ? element : () => element;
    this.#mtu = mtu;
  }

  readonly connect = async (): Promise<MessageLink> => {
    if (this.away) throw Object.assign(new Error('away'), { code: 'link-unreachable' });
    this.links += 1;
    const [sensors, own] = linkPair({ mtu: this.#mtu, observe: (frame) => this.frames.push(frame) });
    const messages = framedMessages(own);
    messages.listen({
      message: (type, body) => {
        this.#work = this.#work.then(() =>
          type === 'handshake' ? this.#handshake(messages, body) : this.#record(messages, body),
        );
      },
      closed: () => {},
    });
    this.#current = messages;
    void messages.send('window', encodeWindow(this.#window));
    return framedMessages(sensors);
  };

  /** Of later links too; 0 holds the sensor back. */
  open(window: number): void {
    this.#window = window;
    void this.#current?.send('window', encodeWindow(window));
  }

  cut(): void {
    this.#current?.close();
  }

  async #handshake(messages: MessageLink, body: Bytes): Promise<void> {
    this.handshakes += 1;
    const answer = await this.#element().answerSensorHandshake(body, Date.now()).catch(errorMessageFor);
    await messages.send('handshake', answer);
  }

  async #record(messages: MessageLink, record: Bytes): Promise<void> {
    this.records.push(record);
    if (this.trouble !== undefined) return messages.send('trouble', encodeTrouble(this.trouble));
    if (this.lie !== undefined) {
      const hints = [{ recordHash: await recordHash(record), code: this.lie }];
      await messages.send('answer', encodeSensorAnswer({ acknowledgements: [], hints }));
      return;
    }
    const answer = await this.#element().takeSensorRecords([record], { utcMs: Date.now(), offsetMinutes: 0 });
    if (this.cutAnswers > 0) {
      this.cutAnswers -= 1;
      messages.close();
      return;
    }
    await messages.send('answer', answer);
  }
}
