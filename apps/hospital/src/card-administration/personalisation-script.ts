/** The script of each step of a card's personalisation, of what the hospital keeps of that card. */

import { decodePem } from '@vitalseal/certifying-authority';
import { formatIdentity, type Identity } from '@vitalseal/protocol';
import type { Database } from '../store/batch-statement.ts';
import type { CardRow } from '../store/cards.ts';
import type { Store } from '../store/open-store.ts';
import type { Blob } from '../store/schema.ts';
import { nextKey } from './card-key.ts';
import { type Particulars, readParticulars } from './particulars.ts';
import type { PersonalisationPurpose } from './personalisation.ts';
import { type Bonding, type Script, scripts } from './scripts.ts';

export interface PersonalisationParts {
  readonly store: Store;
  readonly hospital: Identity;
  /** Roots, DER. */
  readonly anchors: readonly Blob[];
  readonly now: () => number;
}

export async function personalisationScript(
  { store, hospital, anchors, now }: PersonalisationParts,
  { card, purpose }: { card: CardRow; purpose: PersonalisationPurpose },
  db: Database,
): Promise<Script> {
  const particulars = readParticulars(card.particulars);
  switch (purpose) {
    case 'replace-key': {
      const { key_version, next_key_version, next_psk } = await nextKey(store, card, db);
      const key = { replaces: key_version, version: next_key_version ?? 0, key: new Uint8Array(next_psk ?? []) };
      return scripts.replaceKey(key);
    }
    case 'identify':
      return scripts.identify(particulars.pollSeconds);
    case 'bond':
      return scripts.bond({ ...particulars, bonding: bondingOf(particulars, hospital) });
    case 'generate-key':
      return scripts.generateKey(formatIdentity({ role: 'patient', id: card.patient }));
    case 'certificates':
      return scripts.certificates({ chain: decodePem('CERTIFICATE', card.chain ?? ''), anchors, at: now() });
  }
}

export function bondingOf({ sensors }: Pick<Particulars, 'sensors'>, hospital: Identity): Bonding {
  return {
    sensors: sensors.map((id) => formatIdentity({ role: 'sensor', id })),
    hospital: formatIdentity(hospital),
  };
}
