// The card the phone works with: in software, in this process and the phone's folder; or in a reader of the PC/SC stack.

import { openSoftwareCard, type SoftwareCardOptions } from '@vitalseal/secure-element/node';
import type { Card } from '@vitalseal/uicc';
import { openPcscCard } from '@vitalseal/uicc/node';
import { PatientError } from '../errors.ts';

export type WhichCard =
  | { readonly kind: 'software' }
  /** `reader`: its name, or the beginning of it; without it the one that has a card. */
  | { readonly kind: 'pcsc'; readonly reader?: string };

export interface OpenedCard extends Card {
  close(): Promise<void>;
}

/** `which` left out: a software card in the phone's folder, to which all else applies. */
export interface OpenCardOptions extends SoftwareCardOptions {
  readonly which?: WhichCard;
}

/** @throws SecureElementError `storage-in-use` while another process has it @throws UiccError */
export async function openCard({ which = { kind: 'software' }, ...software }: OpenCardOptions): Promise<OpenedCard> {
  if (which.kind === 'pcsc') return openPcscCard(which.reader === undefined ? {} : { reader: which.reader });
  return openSoftwareCard(software);
}

/** @throws PatientError `patient-option-invalid` */
export function parseWhichCard(text: string): WhichCard {
  const [, kind, reader] = /^(software|pcsc)(?::(.+))?$/.exec(text) ?? [];
  if (kind === 'software' && reader === undefined) return { kind };
  if (kind === 'pcsc') return { kind, ...(reader !== undefined && { reader }) };
  throw new PatientError('patient-option-invalid', 'expected a card as software, pcsc or pcsc:reader');
}
