// A patient's card gets its key and its certificate: the request comes out of the card, the phone carries it to the
// authority by an activation link, and what comes back goes in. (A card that the hospital administers gets all of that
// over the air instead.)

import type { ActivationLink } from '@vitalseal/certifying-authority';
import type { Identity } from '@vitalseal/protocol';
import { enrolDevice } from '@vitalseal/secure-element/node';
import { PatientError } from '../errors.ts';
import { keepAuthority, makeFolder } from './phone-folder.ts';
import { useCard } from './use-card.ts';
import { type OpenCardOptions, openCard } from './which-card.ts';

export interface EnrolPatientOptions extends OpenCardOptions {
  readonly link: ActivationLink;
  /** That of the card; a new card gets it. */
  readonly pin: string;
  readonly sensors: readonly Identity[];
  /** Without it the first certified hospital is kept. */
  readonly hospital?: Identity;
}

/** @throws PatientError `patient-role-expected`, `card-pin-refused` @throws SecureElementError, CertificateError */
export async function enrolPatient(options: EnrolPatientOptions): Promise<void> {
  const { folder, link, pin, sensors, hospital } = options;
  if (link.identity.role !== 'patient') {
    throw new PatientError('patient-role-expected', 'expected an activation link that was made for a patient');
  }
  makeFolder(folder);
  const card = await openCard(options);
  try {
    await useCard({ card, pin, isFirst: true }, async (mha) => {
      const { chain, root } = await enrolDevice(link, await mha.generateKey(link.identity));
      await mha.installCertificates({ chain, anchors: [root] });
      if (sensors.length > 0 || hospital) await mha.bond({ sensors, ...(hospital && { hospital }) });
    });
  } finally {
    await card.close();
  }
  keepAuthority(folder, link.url);
}
