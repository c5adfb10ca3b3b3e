// One command of the MHA: where it stands in the table, and what it does.

import type { Bytes, Timestamp } from '@vitalseal/protocol';
import type { SecureElement } from '../../secure-element.ts';
import type { HospitalAddress } from '../bodies/hospital-address.ts';
import type { ReportQueue } from '../reports/report-queue.ts';

export interface MhaContext {
  readonly element: SecureElement;
  /** The patient has proved to be here, on this channel, and has not logged out. */
  readonly patientPresent: boolean;
  /** @throws SecureElementError `time-unknown` */
  readonly now: () => Timestamp;
  readonly reports: ReportQueue;
  readonly putHospitalAddress: (address: HospitalAddress) => void;
  /** Something may wait for the hospital. */
  readonly wake: () => void;
  /** Something waits that cannot wait. */
  readonly hurry: () => void;
}

export interface MhaCommand {
  readonly cla: number;
  readonly ins: number;
  readonly parameters: number;
  /** Whether a command data field comes with it. */
  readonly takes: 'data' | 'nothing' | 'either';
  /** Refused with 6982 unless the patient is present. */
  readonly patientOnly?: boolean;
  /** @returns response data */
  readonly perform: (data: Bytes, context: MhaContext) => Promise<Bytes>;
}
