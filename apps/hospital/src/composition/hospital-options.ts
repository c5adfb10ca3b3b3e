import type { Clock } from '@vitalseal/recording';
import type { Logger } from 'pino';
import type { HospitalKeys } from '../keys/hospital-keys.ts';
import type { SignInOptions } from '../sign-in/sign-in-settings.ts';
import type { StoreOptions } from '../store/open-store.ts';

export interface ListenerAddress {
  /** 127.0.0.1 unless said otherwise. */
  readonly host?: string | undefined;
  /** 0 or left out: any free port. */
  readonly port?: number | undefined;
}

export interface Allowance {
  readonly burst: number;
  readonly perSecond: number;
}

export interface BuiltPages {
  readonly doctor?: string | undefined;
  readonly ambulance?: string | undefined;
  /** Of the administrator and the auditor. */
  readonly office?: string | undefined;
  /** The app of the patients. */
  readonly patient?: string | undefined;
}

export interface HospitalOptions extends Omit<StoreOptions, 'wrappingKeys' | 'wrappingKeysNow' | 'onRefused'> {
  readonly keys: HospitalKeys;
  readonly devices?: ListenerAddress;
  /** TLS unless it listens on the loopback interface. */
  readonly people?: ListenerAddress & { readonly tls?: boolean };
  /** How people sign in; by activation links unless said otherwise. */
  readonly signIn?: SignInOptions;
  /** Origin of the certifying authority; without it nobody is ever revoked and no page can enrol. */
  readonly authorityUrl?: string | undefined;
  /** Folders of the built pages. */
  readonly pages?: BuiltPages;
  /** The authority's word for the build of the patients' app (`vitalseal ca attest --page`). */
  readonly patientAttestation?: Uint8Array<ArrayBuffer> | undefined;
  /** What readings, alarms and T_H are timed by: the machine's own clock unless a recording is replayed. */
  readonly clock?: Clock;
  /** Hospital time per real time, told to the pages. */
  readonly clockSpeed?: number;
  readonly logger?: Logger;
  /** Handshake messages that one address may send. */
  readonly handshakeAllowance?: Allowance;
  /** Records and requests of one address that nobody known stands behind. */
  readonly strangerAllowance?: Allowance;
  /** Live feed: messages that may wait for a slow reader. */
  readonly feedWaitingLimit?: number;
}
