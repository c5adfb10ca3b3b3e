// The running clinician, for every part of a page.
import { createContext, type ReactNode, useCallback, useContext, useSyncExternalStore } from 'react';
import type { Clinician } from '../clinician.ts';
import { hospitalTime } from '../ward/hospital-clock.ts';
import type { Ward } from '../ward/ward.ts';
import * as ticker from './ticker.ts';

const ClinicianContext = createContext<Clinician | undefined>(undefined);

export function ClinicianProvider({ clinician, children }: { clinician: Clinician; children: ReactNode }) {
  return <ClinicianContext value={clinician}>{children}</ClinicianContext>;
}

export function useClinician(): Clinician {
  const clinician = useContext(ClinicianContext);
  if (clinician === undefined) throw new Error('expected a ClinicianProvider around this part of the page');
  return clinician;
}

/** A ward may change many times a second; an eye needs no more than this. */
const paceMs = 80;

export function useWard(): Ward {
  const { ward } = useClinician();
  const subscribe = useCallback(
    (listener: () => void) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const unsubscribe = ward.subscribe(() => {
        timer ??= setTimeout(() => {
          timer = undefined;
          listener();
        }, paceMs);
      });
      return () => {
        clearTimeout(timer);
        unsubscribe();
      };
    },
    [ward],
  );
  return useSyncExternalStore(subscribe, ward.get);
}

/** The device's own clock, once a second: what ages are counted on. */
export function useDeviceNow(): number {
  return useSyncExternalStore(ticker.subscribe, ticker.deviceNow);
}

/** The hospital's clock, once a second: what readings and alarms are dated on. */
export function useHospitalNow(): number {
  const { clock } = useWard();
  return hospitalTime(clock, useDeviceNow());
}
