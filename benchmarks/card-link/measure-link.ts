// One card behind one way to it: first contact with the hospital, the first POST on a new link, and each further one, at
// 1, 10 and 50 readings. The figures are the toolkit's alone; what the phone hands in is told beside them.
import { type Card, takesExtendedLengths } from '@vitalseal/uicc';
import { printRow } from '../measure/results.ts';
import { median, rounded } from '../measure/statistics.ts';
import { type Delivered, Phone } from './phone.ts';
import { sealedBytes } from './sealed-bytes.ts';
import type { World } from './world.ts';

const batches = [1, 10, 50] as const;
/** Bits a second of serial links: what ISO/IEC 7816-3 begins with, usual ones, and a fast one. */
const rates = [9_600, 115_200, 250_000] as const;
/** T=0's character: start, eight bits, parity, and two of guard time. */
const bitsOfByte = 12;

export interface MeasureLink {
  readonly way: string;
  readonly rounds: number;
}

export async function measureLink(card: Card, world: World, { way, rounds }: MeasureLink): Promise<void> {
  const sensor = await world.sensor();
  const phone = await Phone.personalise(card, world, sensor);
  const sealed = await sealedBytes();
  const lengths = takesExtendedLengths(card.atr) ? 'extended' : 'short';
  const tell = (post: string, readings: number, runs: readonly Delivered[]) => {
    const apdus = median(runs.map(({ link }) => link.apdus));
    const linkBytes = median(runs.map(({ link }) => link.bytes));
    printRow('card-link', {
      way,
      lengths,
      post,
      readings: String(readings),
      apdus,
      linkBytes,
      perReadingAboveSealed: rounded((linkBytes - readings * sealed) / readings),
      ms: rounded(median(runs.map(({ ms }) => ms))),
      ...calculatedTimes(linkBytes),
    });
  };
  try {
    await phone.handIn(sensor, 1);
    tell('mutual TLS, EDHOC and first', 1, [await phone.goOnline(1)]);
    for (const readings of batches) {
      const runs: Delivered[] = [];
      for (let round = 0; round < Math.ceil(rounds / 5); round++) {
        await phone.restart();
        await phone.handIn(sensor, readings);
        runs.push(await phone.goOnline(readings));
      }
      tell('mutual TLS and first', readings, runs);
    }
    for (const readings of batches) {
      const runs: Delivered[] = [];
      for (let round = 0; round < rounds; round++) runs.push(await phone.deliver(sensor, readings));
      tell('further', readings, runs);
    }
    const handedIn = await phone.handIn(sensor, 1);
    console.log(
      `${way}, ${lengths} lengths: a reading is ${sealed} bytes sealed, and was ${handedIn.bytes} in ${handedIn.apdus} APDU(s) when handed in`,
    );
  } finally {
    await phone.close();
  }
}

function calculatedTimes(bytes: number): Record<string, number> {
  return Object.fromEntries(rates.map((rate) => [`msAt${rate}`, rounded((bytes * bitsOfByte * 1000) / rate)]));
}
