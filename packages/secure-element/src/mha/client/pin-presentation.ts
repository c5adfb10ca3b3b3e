// The PIN as the phone presents it (ISO/IEC 7816-4 sections 11.5.6 to 11.5.10): digits in ASCII, padded with FF to
// eight bytes. The bytes are wiped as soon as they are sent.

import { type Bytes, concatBytes } from '@vitalseal/protocol';
import {
  instructions,
  retriesLeft,
  sendCommand,
  statusName,
  statusWords,
  type Transmit,
  UiccError,
} from '@vitalseal/uicc';
import { SecureElementError } from '../../errors.ts';

/** P2: the card's one PIN. */
const reference = 0x01;
const fieldLength = 8;

export class PinRefused extends SecureElementError {
  /** How often it may still be tried. */
  readonly triesLeft: number;

  constructor(triesLeft: number) {
    super('pin-refused', "expected the card's PIN");
    this.triesLeft = triesLeft;
  }
}

/** @throws SecureElementError `pin-malformed` */
export function pinField(pin: string): Bytes {
  if (!/^[0-9]{4,8}$/.test(pin)) throw new SecureElementError('pin-malformed', 'expected a PIN of 4 to 8 digits');
  return new Uint8Array(fieldLength).fill(0xff).map((padding, i) => (i < pin.length ? pin.charCodeAt(i) : padding));
}

/** @throws SecureElementError `pin-malformed` */
export function pukField(puk: string): Bytes {
  if (puk.length !== fieldLength) throw new SecureElementError('pin-malformed', 'expected a PUK of 8 digits');
  return pinField(puk);
}

/** @param cla with its logical channel @throws PinRefused @throws SecureElementError `pin-blocked`, `pin-not-set` */
export async function present(
  transmit: Transmit,
  cla: number,
  ins: 'verify' | 'changeReferenceData' | 'resetRetryCounter',
  { p1, fields }: { p1: number; fields: readonly Bytes[] },
): Promise<void> {
  const data = concatBytes(...fields);
  const apdu = { cla, ins: instructions[ins], p1, p2: reference, data };
  const wiping: Transmit = async (bytes) => {
    try {
      return await transmit(bytes);
    } finally {
      bytes.fill(0);
    }
  };
  try {
    expectPresented((await sendCommand(wiping, apdu)).status);
  } finally {
    for (const field of [data, ...fields]) field.fill(0);
  }
}

function expectPresented(status: number): void {
  if (status === statusWords.ok || status >> 8 === 0x91) return;
  const left = retriesLeft(status);
  if (left !== undefined && left > 0) throw new PinRefused(left);
  if (left === 0 || status === statusWords.authenticationBlocked) {
    throw new SecureElementError('pin-blocked', 'expected a PIN that is not blocked');
  }
  if (status === statusWords.referenceDataUnusable) {
    throw new SecureElementError('pin-not-set', 'expected a card that has a PIN');
  }
  throw new UiccError('card-refused', `expected the PIN to be taken, not ${statusName(status)}`);
}
