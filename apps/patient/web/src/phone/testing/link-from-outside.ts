// A sensor's link whose other end is outside of the browser: a test's own process brings what the sensor says, and is told
// what the phone says. It stands for the radio, which carries a thousand records a second at best.

import { type Bytes, bytesToHex, hexToBytes } from '@vitalseal/protocol';
import { type LinkMessage, linkMessages, type MessageLink, type MessageListener } from '@vitalseal/sensor-link';

/** Its type, and its body in hexadecimal. */
type Carried = readonly [type: string, body: string];

/** Of the test. */
export type PhoneSaid = (type: LinkMessage, body: string) => Promise<void>;

export class LinkFromOutside implements MessageLink {
  readonly #phoneSaid: PhoneSaid;
  readonly #early: Carried[] = [];
  #listener: MessageListener | undefined;

  constructor(phoneSaid: PhoneSaid) {
    this.#phoneSaid = phoneSaid;
  }

  listen(listener: MessageListener): void {
    queueMicrotask(() => {
      this.#listener = listener;
      this.sensorSays(this.#early.splice(0));
    });
  }

  async send(type: LinkMessage, body: Bytes): Promise<void> {
    await this.#phoneSaid(type, bytesToHex(body));
  }

  close(reason?: Error): void {
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.closed(reason);
  }

  sensorSays(messages: readonly Carried[]): void {
    for (const carried of messages) {
      const [said, body] = carried;
      const type = linkMessages.find((known) => known === said);
      if (!this.#listener) this.#early.push(carried);
      else if (type) this.#listener.message(type, hexToBytes(body));
    }
  }
}
