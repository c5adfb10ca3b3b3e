// The doctor's device, without a screen: the program behind the page. Says when it has opened a live patient's reading,
// and when its link to the hospital changed.
import { memoryCustody, signIn, startClinician } from '@vitalseal/clinician';
import { ready, startedWith, tell } from '../measure/child.ts';
import { preciseNow } from '../measure/precise-time.ts';

export interface DoctorOptions {
  readonly link: string;
  readonly hospitalUrl: string;
}

export interface DoctorCounts {
  readonly kind: 'counts';
  /** Readings, the backlog's among them. */
  readonly opened: number;
  /** How often the hospital's feed was lost. */
  readonly cuts: number;
  readonly unusable: number;
}

const { link, hospitalUrl } = startedWith<DoctorOptions>();
const custody = memoryCustody();
await signIn({ link, role: 'doctor', custody, hospitalUrl });
let opened = 0;
const clinician = await startClinician({
  role: 'doctor',
  hospitalUrl,
  custody,
  onReading({ patient: { id }, reading }) {
    opened += 1;
    const [kind, number] = id.split('-');
    if (kind !== 'live') return;
    tell({ kind: 'opened', patient: Number(number), measuredAt: reading.measuredAt.utcMs, at: preciseNow() } as const);
  },
});
let wasLive = false;
let isReady = false;
let cuts = 0;
clinician.ward.subscribe(() => {
  const { link: now, complete } = clinician.ward.get();
  const isLive = now.kind === 'live';
  if (wasLive && !isLive) cuts += 1;
  if (isLive && complete && !isReady) {
    isReady = true;
    ready({});
  }
  wasLive = isLive;
});
process.on('message', () => {
  tell({ kind: 'counts', opened, cuts, unusable: clinician.ward.get().unusable.count } satisfies DoctorCounts);
});
