/** What one card is to be given, as the hospital keeps it beside the card. */
import type { CardPolicy, HospitalServer } from '@vitalseal/uicc/global-platform';
import { encodeCardPolicy } from '@vitalseal/uicc/global-platform';
import { HospitalError } from '../errors.ts';

export interface Particulars {
  /** Identifiers of the sensors it listens to. */
  readonly sensors: readonly string[];
  /** Where it delivers and asks. */
  readonly server: HospitalServer;
  /** How often it asks for scripts, s. */
  readonly pollSeconds: number;
  /** The PUK: 8 digits. */
  readonly unblockingCode: string;
  readonly policy: CardPolicy;
}

export function writeParticulars(particulars: Particulars): string {
  return JSON.stringify(particulars);
}

/** Of what this hospital has written itself. */
export function readParticulars(text: string): Particulars {
  return JSON.parse(text) as Particulars;
}

/** @throws HospitalError `invalid-option` for a policy that no card would take */
export function expectPolicy(policy: CardPolicy): CardPolicy {
  try {
    encodeCardPolicy(policy);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'expected a policy of a card';
    throw new HospitalError('invalid-option', reason, { cause });
  }
  return policy;
}
