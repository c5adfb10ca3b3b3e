// The patients' cards get into the hospital's care as README's "One real patient" has it: each is fresh, gets an activation
// code and a PIN, and the running hospital makes it the patient's over the air.
import { mkdirSync, readFileSync } from 'node:fs';
import { inviteCard, readHospitalKeys, type Store, startHospital } from '@vitalseal/app-hospital';
import { activateCard } from '@vitalseal/app-patient';
import { type CardsAre, CardsInReaders } from '../process/cards-in-readers.ts';
import { pinCost } from '../process/replayed-card.ts';
import { SharedClock } from '../process/shared-clock.ts';
import type { Bed } from '../scenario/bed.ts';
import { atMost } from './at-most.ts';

export interface ActivateCardsOptions {
  readonly beds: readonly Bed[];
  readonly hospitalDir: string;
  readonly databaseUrl?: string | undefined;
  /** Where the cards find the hospital, now and later. */
  readonly devicesPort: number;
  readonly store: Store;
  readonly cards: CardsAre;
  readonly phoneDir: (bed: Bed) => string;
  readonly pinFile: (bed: Bed) => string;
  readonly onActivated: () => void;
}

const host = '127.0.0.1';
const validMs = 3_600_000;
/** How often a card asks for orders, by the machine's time: a run lasts minutes. */
const pollSeconds = 60;
/** Of several, while one waits for its answer another works; beyond that, more at once are no sooner done. */
const mostAtOnce = 8;
const waitMs = 30_000;

/** @throws HospitalError, PatientError, UiccError */
export async function activateCards(options: ActivateCardsOptions): Promise<void> {
  const { beds, hospitalDir: dataDir, databaseUrl, devicesPort: port, store, phoneDir, pinFile, onActivated } = options;
  for (const bed of beds) mkdirSync(phoneDir(bed), { recursive: true, mode: 0o700 });
  // Those that the hospital finds in its store when it starts need not wait until it looks there again.
  const codes = new Map<Bed, string>();
  for (const bed of beds) {
    const { patient, sensor } = bed;
    const server = { host, port };
    const invitation = { patient: patient.id, sensors: [sensor.id], server, pollSeconds, policy: {}, validMs };
    codes.set(bed, (await inviteCard(store, invitation)).code);
  }
  const readers = options.cards === 'pcsc' ? await inReadersNow(beds.map(phoneDir)) : undefined;
  try {
    const keys = await readHospitalKeys(dataDir);
    const { authorityUrl } = keys;
    const hospital = await startHospital({ dataDir, databaseUrl, keys, authorityUrl, devices: { port } });
    try {
      await atMost(mostAtOnce, beds, async (bed, n) => {
        const inReader = readers?.inReaders[n];
        await activateCard({
          folder: phoneDir(bed),
          code: codes.get(bed) ?? '',
          pin: readFileSync(pinFile(bed), 'utf8'),
          log2Cost: pinCost,
          ...(inReader && { which: { kind: 'pcsc', ...inReader, waitMs } }),
        });
        onActivated();
      });
    } finally {
      await hospital.stop();
    }
  } finally {
    await readers?.stop();
  }
}

/** By the machine's clock: the replay's has not begun. */
function inReadersNow(folders: readonly string[]): Promise<CardsInReaders> {
  const now = Date.now();
  return CardsInReaders.start(folders, { clock: new SharedClock({ origin: now, startedAt: now, speed: 1 }) });
}
