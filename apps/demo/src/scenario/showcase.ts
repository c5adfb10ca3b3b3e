// The demo's own eight patients. Their recordings, where each begins and why these: ../../recordings/README.md.
import { fileURLToPath } from 'node:url';
import { type Bed, bedOf } from './bed.ts';
import { rowsByPatient } from './beds-of-recordings.ts';

interface Part {
  readonly recording: string;
  readonly name: string;
  readonly bed: string;
  /** Seconds into the recording. */
  readonly from?: number;
  readonly place: Bed['place'];
}

const parts: readonly Part[] = [
  part('a40282n', 'Amina Farouk', 'Home 1', 25.9086, 45.3382),
  part('a40473n', 'Daniel Okafor', 'Home 2', 25.8952, 45.3571),
  part('a40551n', 'Ingrid Solberg', 'Home 3', 25.9174, 45.3719),
  part('a40921n', 'Mateo Rivas', 'Home 4', 25.8847, 45.3466),
  part('a41200n', 'Yusuf Demir', 'Home 5', 25.9021, 45.3655, 7800),
  part('a41385n', 'Lena Hoffmann', 'Home 6', 25.8793, 45.3624),
  part('a41934n', 'Priya Raman', 'Home 7', 25.9118, 45.3517),
  part('a42141n', 'Tomasz Zielinski', 'Home 8', 25.8901, 45.3733),
];

/**
 * The rules of the default policy, with more patience: sixty times faster than life, an alarm that escalates every two
 * minutes would do so every two seconds.
 */
const policy = JSON.stringify({
  escalation: { high: { afterS: 1800, repeatS: 1800 }, medium: { afterS: 7200 } },
});

export async function showcaseBeds(): Promise<readonly Bed[]> {
  const beds: Bed[] = [];
  for (const { recording, name, bed, place, from = 0 } of parts) {
    const file = fileURLToPath(new URL(`../../recordings/${recording}.csv`, import.meta.url));
    const rows = (await rowsByPatient(file)).get(recording) ?? [];
    beds.push(bedOf(recording, { name, bed, place, policy, rows: rows.filter(({ timeS }) => timeS >= from) }));
  }
  return beds;
}

function part(recording: string, name: string, bed: string, latitude: number, longitude: number, from = 0): Part {
  return { recording, name, bed, from, place: { latitude, longitude } };
}
