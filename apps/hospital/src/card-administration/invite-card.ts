/** A card is expected: its name and the secret of its activation code are drawn, and the code is told once. */
import { bytesToHex, randomBytes } from '@vitalseal/protocol';
import { activationKey, activationKeyVersion, encodeActivationCode } from '@vitalseal/uicc/global-platform';
import { operator, patientName } from '../audit/acts.ts';
import { HospitalError } from '../errors.ts';
import type { Store } from '../store/open-store.ts';
import { cardsTally } from './card-keys.ts';
import { expectPolicy, type Particulars, writeParticulars } from './particulars.ts';

export interface CardInvitation extends Omit<Particulars, 'unblockingCode'> {
  /** Identity of a patient under care. */
  readonly patient: string;
  /** How long the code can be used, ms. */
  readonly validMs: number;
}

export interface InvitedCard {
  readonly administrationId: string;
  /** What is typed into the phone, or scanned. Whoever has it first has the card's place: it is shown once. */
  readonly code: string;
  /** UTC ms. */
  readonly expiresAt: number;
}

const nameLength = 8;
const secretLength = 16;

/** @throws HospitalError `unknown-patient`, `invalid-option` */
export async function inviteCard(
  store: Store,
  { patient, validMs, ...given }: CardInvitation,
  now = Date.now(),
  actor = operator(),
): Promise<InvitedCard> {
  const known = await store.patients.find(patient);
  if (known === undefined || known.discharged_at !== null) {
    throw new HospitalError('unknown-patient', 'expected a patient under care: use `vitalseal hospital admit` first');
  }
  const particulars = { ...given, policy: expectPolicy(given.policy), unblockingCode: newUnblockingCode() };
  const administrationId = bytesToHex(randomBytes(nameLength));
  const activation = { ...given.server, administrationId, secret: randomBytes(secretLength) };
  const expiresAt = now + validMs;
  const card = {
    administration_id: administrationId,
    patient,
    stage: 'invited',
    key_version: activationKeyVersion,
    psk: await activationKey(activation),
    next_key_version: null,
    next_psk: null,
    expires_at: expiresAt,
    particulars: writeParticulars(particulars),
    status: null,
    request: null,
    chain: null,
    list_number: null,
    receipt: null,
    revocation: null,
    problem: null,
    invited_at: now,
    seen_at: null,
  };
  const code = encodeActivationCode(activation);
  await store.transaction(async (db) => {
    await store.cards.add(card, db);
    await store.tallies.add(db, cardsTally, 1);
    const what = { card: administrationId, until: expiresAt };
    store.audit.append(db, { kind: 'card-invited', actor, patient: patientName(patient), what });
  });
  return { administrationId, code, expiresAt };
}

/** The PUK: eight digits, each drawn evenly. */
function newUnblockingCode(): string {
  return drawDigits(8);
}

/** A PIN that the patient is told, and changes. */
export function drawDigits(count: number): string {
  let digits = '';
  while (digits.length < count) {
    for (const octet of randomBytes(count)) {
      // 250 is a multiple of 10; what is above would make small digits likelier.
      if (octet < 250 && digits.length < count) digits += String(octet % 10);
    }
  }
  return digits;
}
