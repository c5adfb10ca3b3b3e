// Step 1 over the emulated radio at an MTU of 23, 185 and 517: records a second, each answered, against the same bytes with
// no sealing, in turns; and what a reading costs on the air, on paper.
import { parseArgs } from 'node:util';
import { countAir } from './ble-link/air.ts';
import { Exchange } from './ble-link/exchange.ts';
import { radioPair } from './ble-link/room.ts';
import { sealedEnds, unsealedEnds } from './ble-link/step1-pair.ts';
import { printRow } from './measure/results.ts';
import { median, rounded } from './measure/statistics.ts';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const records = values.quick ? 50 : 400;
const rounds = values.quick ? 2 : 9;
/** Records that may be without an answer, as a phone allows a sensor. */
const unanswered = 32;

for (const mtu of [23, 185, 517]) {
  const pair = await radioPair(mtu);
  try {
    const link = new Exchange(pair, unanswered);
    const sealed = await sealedEnds();
    const unsealed = await unsealedEnds(await sealedEnds());
    await link.run(sealed, 20);
    await link.run(unsealed, 20);
    const rates: { sealed: number[]; unsealed: number[] } = { sealed: [], unsealed: [] };
    for (let round = 0; round < rounds; round++) {
      rates.sealed.push(await link.run(sealed, records));
      rates.unsealed.push(await link.run(unsealed, records));
    }
    const counted = countAir(pair.controller);
    for (let each = 0; each < 20; each++) await link.run(sealed, 1);
    const air = counted();
    printRow('ble-link', {
      mtu: String(mtu),
      recordBytes: (await sealed.record(0)).length,
      sealedRecordsPerSecond: rounded(median(rates.sealed)),
      unsealedRecordsPerSecond: rounded(median(rates.unsealed)),
      ratio: rounded(median(rates.sealed.map((rate, round) => rate / (rates.unsealed[round] ?? Number.NaN)))),
      bytesOnAirAReading: rounded(air.short / 20),
      bytesOnAirWithLongPackets: rounded(air.long / 20),
      wakeUpsAReading: rounded(air.wakeUps / 20),
    });
  } finally {
    await pair.close();
  }
}
