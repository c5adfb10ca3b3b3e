// vpcd's protocol, on the card's side: a message is its length in two bytes, high byte first, and its content. One byte
// is a control of the reader, more is a command APDU (vsmartcard's vpcd.h).
//
// Releases up to 3.3 send length and content apart and leave Nagle's algorithm on, so the content waits for our delayed
// acknowledgement: some 40 ms for each command. A byte of ours carries that acknowledgement at once. We owe the reader
// one in any case: the high byte of the next answer's length, which is 0 as long as no answer is longer than 255 bytes.

import type { Socket } from 'node:net';
import type { Card } from '../card.ts';

/** Of an answer, ATR or response APDU, so that the high byte of its length is known ahead. */
export const longestAnswer = 255;

const controls = { powerOff: 0, powerOn: 1, reset: 2, answerToReset: 4 } as const;

/** Serves `card` on `socket`. @param onAsked told of each message of the reader */
export function serveReader(socket: Socket, card: Card, onAsked: () => void): void {
  let received: Buffer = Buffer.alloc(0);
  let highByteSent = false;
  let last: Promise<void> = Promise.resolve();

  const sendHighByte = () => {
    if (!highByteSent) socket.write(Uint8Array.of(0));
    highByteSent = true;
  };
  const answer = (content: Uint8Array) => {
    if (content.length > longestAnswer) throw new RangeError(`expected an answer of ${longestAnswer} bytes at most`);
    socket.write(Buffer.from([...(highByteSent ? [] : [0]), content.length, ...content]));
    highByteSent = false;
  };
  const serve = async (message: Buffer<ArrayBuffer>) => {
    onAsked();
    const [control] = message;
    if (message.length > 1) answer(await card.transmit(new Uint8Array(message)));
    else if (control === controls.answerToReset) answer(card.atr);
    else if (control === controls.powerOff || control === controls.powerOn || control === controls.reset) {
      await card.reset();
    }
  };
  const take = (chunk: Buffer) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    while (received.length >= 2) {
      const end = 2 + received.readUInt16BE(0);
      if (received.length < end) return sendHighByte();
      const message = Buffer.from(received.subarray(2, end));
      received = received.subarray(end);
      // A card that fails is a card that was pulled.
      last = last.then(() => serve(message)).catch((cause) => void socket.destroy(cause));
    }
  };
  socket.on('data', take);
}
