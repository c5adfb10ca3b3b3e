// From the code of a failure to the sentence a patient is told. A code that is not here is said to be one, with the code
// itself beside it for whoever the patient phones: no failure is passed off as another.
import type { english } from './texts/english.ts';

export type FailureText = keyof typeof english.failure;

const texts: Readonly<Record<string, FailureText>> = {
  'pin-refused': 'pinWrong',
  'pin-malformed': 'pinWrong',
  'pin-blocked': 'pinBlocked',
  'unblocking-code-refused': 'codeWrong',
  'puk-refused': 'codeWrong',
  'activation-code-malformed': 'codeMalformed',
  'activation-code-used': 'codeUsed',
  'card-activated': 'codeUsed',
  'administration-unfinished': 'busy',
  'element-already-personalised': 'codeUsed',
  'administration-failed': 'codeUsed',
  'hospital-unreachable': 'unreachable',
  'link-failed': 'unreachable',
  'terminal-refused': 'unreachable',
  'hospital-busy': 'busy',
  'hospital-untrusted': 'untrusted',
  'hospital-unproved': 'untrusted',
  'certificate-mismatch': 'untrusted',
  'hospital-refused': 'refused',
  'peer-not-bonded': 'refused',
  'outbox-full': 'full',
  'storage-full': 'storage',
  'storage-failed': 'storage',
  'storage-in-use': 'storage',
  'time-unknown': 'clock',
  'element-locked': 'locked',
  'device-not-chosen': 'chosenNone',
  'sensor-unreachable': 'bluetooth',
  'radio-unavailable': 'radio',
  'radio-disconnected': 'bluetooth',
  'gatt-refused': 'bluetooth',
  'gatt-malformed': 'bluetooth',
  'link-lost': 'bluetooth',
  'sensor-code-malformed': 'sensorCode',
  'sensor-code-refused': 'sensorCode',
  'sensor-code-unknown': 'sensorCode',
  'sensor-code-unproved': 'sensorCode',
  'sensor-refused': 'sensorTaken',
  'location-denied': 'locationDenied',
};

export interface FailureSaid {
  readonly text: FailureText;
  readonly code: string;
}

export function failureOf(error: unknown): FailureSaid {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  const known = typeof code === 'string' ? code : 'unexpected';
  return { text: texts[known] ?? 'unknown', code: known };
}
