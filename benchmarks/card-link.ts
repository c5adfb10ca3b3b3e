// The card's link: what it costs to bring readings from inside the card to the hospital by HTTPS over the bearer
// independent protocol, in APDUs, bytes and time; in this process and through the PC/SC stack. And how fast the applet
// seals, against the protocol package alone.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSoftwareCard } from '@vitalseal/secure-element/node';
import { type Card, fetchInParts, instructions } from '@vitalseal/uicc';
import { openPcscCard, presentCard, startPcscd } from '@vitalseal/uicc/node';
import { measureLink } from './card-link/measure-link.ts';
import { measureSealing } from './card-link/measure-sealing.ts';
import { World } from './card-link/world.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '30' },
  },
});
const rounds = values.quick ? 3 : Number(values.rounds);
const dataDir = mkdtempSync(join(tmpdir(), 'vitalseal-card-link-'));
const world = await World.start(dataDir);
try {
  await inProcess();
  if (existsSync('/usr/sbin/pcscd')) await overPcsc();
  else console.log('pcscd is not installed: nothing was measured through it');
  await measureSealing({ readings: values.quick ? 2_000 : 20_000 });
} finally {
  await world.close();
  rmSync(dataDir, { recursive: true, force: true });
}

async function inProcess(): Promise<void> {
  await withCard('in-process', (card) => measureLink(card, world, { way: 'in process', rounds }));
  await withCard('in-process-short', (card) => measureLink(shortLengths(card), world, { way: 'in process', rounds }));
  await withCard('in-process-standard', (card) =>
    measureLink(standardFetch(shortLengths(card)), world, { way: 'in process, commands of 256 bytes', rounds }),
  );
}

/** To a terminal that fetches as ETSI TS 102 223 has it and no other way. */
function standardFetch(card: Card): Card {
  const transmit = async (apdu: Uint8Array<ArrayBuffer>) =>
    apdu[1] === instructions.fetch && apdu[3] === fetchInParts ? Uint8Array.of(0x6a, 0x86) : await card.transmit(apdu);
  return { atr: card.atr, reset: () => card.reset(), transmit };
}

/** On a link that has no extended lengths. */
function shortLengths(card: Card): Card {
  const atr = Uint8Array.of(0x3b, 0x80, 0x01, 0x81);
  return { atr, reset: () => card.reset(), transmit: (apdu) => card.transmit(apdu) };
}

async function overPcsc(): Promise<void> {
  const daemon = await startPcscd();
  const [reader] = daemon.readers;
  try {
    if (!reader) throw new Error('expected a virtual reader');
    await withCard('in-reader', async (card) => {
      const presented = await presentCard(card, { port: reader.port });
      const { socketPath } = daemon;
      const inReader = await openPcscCard({ socketPath, reader: reader.name, waitMs: 10_000 });
      try {
        await measureLink(inReader, world, { way: 'pcscd', rounds });
      } finally {
        await inReader.close();
        presented.remove();
      }
    });
  } finally {
    await daemon.stop();
  }
}

async function withCard(folder: string, work: (card: Card) => Promise<void>): Promise<void> {
  const card = await openSoftwareCard({ folder: join(dataDir, folder) });
  try {
    await work(card);
  } finally {
    await card.close();
  }
}
