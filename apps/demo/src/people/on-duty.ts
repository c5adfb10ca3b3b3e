// The doctor and the crew of a headless run: their own devices and keys, and the deeds that a person would do.
import { type Clinician, codeOf, memoryCustody, type OpenedAlarm, signIn, startClinician } from '@vitalseal/clinician';
import type { Reading } from '@vitalseal/protocol';

export interface OnDutyOptions {
  /** One-time sign-in link. */
  readonly link: string;
  readonly hospitalUrl: string;
}

/** Between tries of a deed that the link, or the hospital, was not there for; in ms. */
const again = 250;
/** The hospital's own word: somebody was first, or it has ended meanwhile. */
const settled = 'request-refused';

export interface DoctorOnDuty {
  /** Identifiers of the alarms that this device opened and verified. */
  readonly opened: ReadonlySet<string>;
  readonly clinician: Clinician;
  stop(): Promise<void>;
}

/** Opens each alarm and acknowledges it. */
export async function doctorOnDuty(
  { link, hospitalUrl }: OnDutyOptions,
  onOpened: (reading: Reading, openedAt: number) => void,
): Promise<DoctorOnDuty> {
  const custody = memoryCustody();
  await signIn({ link, role: 'doctor', custody, hospitalUrl });
  const opened = new Set<string>();
  const toAcknowledge = new Set<string>();
  const clinician = await startClinician({
    role: 'doctor',
    hospitalUrl,
    custody,
    onAlarm({ notice }: OpenedAlarm) {
      opened.add(notice.alarm);
      toAcknowledge.add(notice.alarm);
    },
    onReading: ({ reading }, openedAt) => onOpened(reading, openedAt),
  });
  const deeds = repeatedly(() => settleEach(toAcknowledge, (alarm) => clinician.acknowledge(alarm)));
  return { opened, clinician, stop: () => endOf(deeds, clinician) };
}

export interface CrewOnDuty {
  readonly clinician: Clinician;
  stop(): Promise<void>;
}

/** Accepts each call. */
export async function crewOnDuty({ link, hospitalUrl }: OnDutyOptions): Promise<CrewOnDuty> {
  const custody = memoryCustody();
  await signIn({ link, role: 'ambulance', custody, hospitalUrl });
  const clinician = await startClinician({ role: 'ambulance', hospitalUrl, custody });
  const deeds = repeatedly(() => {
    const calls = [...clinician.ward.get().dispatches.values()];
    const offered = new Set(calls.filter(({ state }) => state === 'offered').map(({ id }) => id));
    return settleEach(offered, (dispatch) => clinician.setDispatchState(dispatch, 'accepted'));
  });
  return { clinician, stop: () => endOf(deeds, clinician) };
}

/** Does the deed for each, and forgets those that are done or can never be. */
async function settleEach(pending: Set<string>, deed: (id: string) => Promise<void>): Promise<void> {
  for (const id of [...pending]) {
    try {
      await deed(id);
      pending.delete(id);
    } catch (error) {
      if (codeOf(error) === settled) pending.delete(id);
    }
  }
}

interface Repeated {
  end(): Promise<void>;
}

function repeatedly(work: () => Promise<void>): Repeated {
  let ended = false;
  const loop = (async () => {
    while (!ended) {
      await work();
      await new Promise((resolve) => setTimeout(resolve, again));
    }
  })();
  return {
    async end() {
      ended = true;
      await loop;
    },
  };
}

async function endOf(deeds: Repeated, clinician: Clinician): Promise<void> {
  await deeds.end();
  await clinician.stop();
}
