// A room of emulated radios for all tests of a file, and what a test opened in it, closed after it, the last first.
import { type RadioRoom, startRadioRoom } from '@vitalseal/ble/testing';
import { afterAll, afterEach, beforeAll } from 'vitest';

export let room: RadioRoom;
beforeAll(async () => {
  room = await startRadioRoom();
});
afterAll(() => room.close());

export const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});
