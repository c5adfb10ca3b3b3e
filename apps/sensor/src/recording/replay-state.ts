// Which recording this device replays and on what clock, kept so that a restart goes on where it was.

import { encodeCbor } from '@vitalseal/protocol';
import { formatClock, parseScaledTime, type ScaledTime } from '@vitalseal/recording';
import { type ElementStorage, storedFields, storedInteger, storedText } from '@vitalseal/secure-element/storage';

export interface ReplayState {
  /** Names recording and patient. */
  readonly name: string;
  readonly clock: ScaledTime;
  /** Readings this device had measured before this replay. */
  readonly measuredBefore: number;
}

const name = 'replay';

/** The replay of that name if it was begun here, otherwise a new one. */
export async function resumeOrBegin(storage: ElementStorage, fresh: ReplayState): Promise<ReplayState> {
  const stored = await storage.read(name);
  if (stored) {
    const [known, clock, measuredBefore] = storedFields(stored, 3);
    if (storedText(known) === fresh.name) {
      return {
        name: fresh.name,
        clock: parseScaledTime(storedText(clock)),
        measuredBefore: storedInteger(measuredBefore),
      };
    }
  }
  const value = encodeCbor([fresh.name, formatClock(fresh.clock), fresh.measuredBefore]);
  await storage.commit([{ name, value }]);
  return fresh;
}
