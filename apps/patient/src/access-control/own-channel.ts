// A logical channel for one errand (MANAGE CHANNEL, ISO/IEC 7816-4 section 11.1.2): what is selected on the others stays.

import { instructions, isDone, sendCommand, type Transmit } from '@vitalseal/uicc';

/** P1 of MANAGE CHANNEL. */
const opening = 0x00;
const closing = 0x80;

/** @param errand is given no channel where the card has none to spare */
export async function onOwnChannel<T>(
  transmit: Transmit,
  errand: (channel: number | undefined) => Promise<T>,
): Promise<T> {
  const manage = { cla: 0, ins: instructions.manageChannel, data: new Uint8Array(0) };
  const opened = await sendCommand(transmit, { ...manage, p1: opening, p2: 0, le: 1 });
  const [channel] = opened.data;
  if (!isDone(opened.status) || channel === undefined || channel < 1 || channel > 19) return errand(undefined);
  try {
    return await errand(channel);
  } finally {
    await sendCommand(transmit, { ...manage, p1: closing, p2: channel });
  }
}
