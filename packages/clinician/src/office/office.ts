// The device of an administrator or an auditor as a program sees it. It asks, and the hospital decides what it may.
import type { HospitalToOffice, OfficeToHospital } from '@vitalseal/protocol';
import type { Session } from '../session/session.ts';
import type { ReadStore } from '../store.ts';
import type { OfficeState } from './office-state.ts';

export type OfficeAnswer = Exclude<Extract<HospitalToOffice, { readonly to: number }>, { type: 'challenge' }>;

export interface Office {
  readonly state: ReadStore<OfficeState>;
  readonly session: Session;
  /** @param answer what the hospital answers with where it accepts @throws ClinicianError */
  ask<Type extends OfficeAnswer['type']>(
    question: OfficeToHospital,
    answer: Type,
  ): Promise<Extract<OfficeAnswer, { type: Type }>>;
  /** Tries a lost link again at once. */
  wake(): void;
  stop(): Promise<void>;
}
