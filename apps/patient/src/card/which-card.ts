// The card the phone works with: in software, in this process and the phone's folder; or in a reader of the PC/SC stack.
// Whichever it is, its access rules stand before it.

import { openSoftwareCard, type SoftwareCardOptions } from '@vitalseal/secure-element/node';
import type { Card } from '@vitalseal/uicc';
import { openPcscCard, type PcscCardOptions } from '@vitalseal/uicc/node';
import { enforceAccess, type ReleaseIdentity, releaseIdentity } from '../access-control/index.ts';
import { PatientError } from '../errors.ts';
import { attestationOf, revocationsOf } from './phone-folder.ts';

/** A phone that was killed leaves its card in use for a moment; in ms. */
const waitMs = 3_000;

export type WhichCard =
  | { readonly kind: 'software' }
  /** `reader`: its name, or the beginning of it; without it the one that has a card. */
  | ({ readonly kind: 'pcsc' } & Pick<PcscCardOptions, 'reader' | 'socketPath' | 'waitMs'>);

export interface OpenedCard extends Card {
  close(): Promise<void>;
}

/** `which` left out: a software card in the phone's folder, to which all else applies. */
export interface OpenCardOptions extends SoftwareCardOptions {
  readonly which?: WhichCard;
  /** File of the attestation of this release; that of the phone's folder if it is left out. */
  readonly attestation?: string;
}

/**
 * @throws SecureElementError `storage-in-use` while another process has it @throws UiccError
 * @throws PatientError `release-not-attested`, `release-changed` before the card is touched
 */
export async function openCard(options: OpenCardOptions): Promise<OpenedCard> {
  const { which = { kind: 'software' }, attestation, ...software } = options;
  const identity = await ownIdentity(options.folder, attestation);
  const card = await (which.kind === 'pcsc' ? openPcscCard({ waitMs, ...which }) : openSoftwareCard(software));
  const enforced = enforceAccess(card, identity);
  return {
    get atr() {
      return enforced.atr;
    },
    reset: () => enforced.reset(),
    transmit: (apdu) => enforced.transmit(apdu),
    close: () => card.close(),
  };
}

/**
 * Who this program is by the newest revocation list the phone has.
 * @throws PatientError `release-not-attested`, `release-changed`
 */
export function ownIdentity(folder: string, attestation = attestationOf(folder)): Promise<ReleaseIdentity> {
  const revocations = revocationsOf(folder);
  return releaseIdentity({
    ...(attestation !== undefined && { attestation }),
    ...(revocations && { revocations }),
    at: Date.now(),
  });
}

/** @throws PatientError `patient-option-invalid` */
export function parseWhichCard(text: string): WhichCard {
  const [, kind, reader] = /^(software|pcsc)(?::(.+))?$/.exec(text) ?? [];
  if (kind === 'software' && reader === undefined) return { kind };
  if (kind === 'pcsc') return { kind, ...(reader !== undefined && { reader }) };
  throw new PatientError('patient-option-invalid', 'expected a card as software, pcsc or pcsc:reader');
}
