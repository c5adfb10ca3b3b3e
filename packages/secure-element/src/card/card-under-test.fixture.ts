// A card with two notepads, one of them under a PIN, and a terminal that speaks in hexadecimal.

import { type Bytes, bytesToHex, hexToBytes } from '@vitalseal/protocol';
import { memoryStorage } from '../storage/memory-storage.ts';
import { NotepadApplet } from './notepad-applet.fixture.ts';
import { PinCommands } from './pin/pin-commands.ts';
import { PinVault } from './pin/pin-vault.ts';
import { watchStateKey } from './pin/watch-state-key.fixture.ts';
import { VirtualCard, type VirtualCardOptions } from './virtual-card.ts';

export const firstAid = hexToBytes('f0564954414c01');
export const secondAid = hexToBytes('f0564954414c02');
export const otherAid = hexToBytes('a000000151000000');

/** Guessing is what the cost defends against; here nobody guesses. */
export const quickLog2Cost = 4;
export const testDeviceKey: Bytes = new Uint8Array(32).fill(9);

export function cardUnderTest(options: Partial<VirtualCardOptions> = {}) {
  const first = new NotepadApplet(firstAid, true);
  const second = new NotepadApplet(secondAid);
  const other = new NotepadApplet(otherAid);
  const storage = memoryStorage();
  const vault = new PinVault({ storage, deviceKey: testDeviceKey, log2Cost: quickLog2Cost });
  const card = new VirtualCard({ applets: [first, second, other], pin: new PinCommands(vault), ...options });
  const stateKey = watchStateKey(vault);
  return { card, first, second, other, storage, vault, stateKey, exchange: exchangeWith(card) };
}

/** `exchange('00 a4 04 00')` is the response in hexadecimal, without spaces. */
export function exchangeWith(card: VirtualCard): (apdu: string) => Promise<string> {
  return async (apdu) => bytesToHex(await card.transmit(hexToBytes(apdu.replaceAll(' ', ''))));
}
