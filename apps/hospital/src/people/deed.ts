/** What came of something that a person asked: an answer other than yes, and what is to be done once it is committed. */
import type { HospitalToDoctor, HospitalToOffice } from '@vitalseal/protocol';
import { HospitalError } from '../errors.ts';

export type Answer = HospitalToDoctor | HospitalToOffice;

export interface Deed {
  readonly answer?: Answer;
  readonly after?: () => void | Promise<void>;
  /** What takes its time: it is done when others have their turn again. Without an answer of its own it is yes. */
  readonly answerLater?: () => Promise<Answer | undefined>;
}

export const done: Deed = {};

export function notPermitted(): HospitalError {
  return new HospitalError('not-permitted', 'expected someone whose part this is');
}
