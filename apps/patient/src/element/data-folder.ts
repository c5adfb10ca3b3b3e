// The phone's data folder: the element's store and local key, and the root's certificate, which is public.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ActivationLink, decodePem, encodePem } from '@vitalseal/certifying-authority';
import type { Bytes, Identity } from '@vitalseal/protocol';
import { type ElementSettings, SecureElement } from '@vitalseal/secure-element';
import { enrolDevice, localKeyFile, sqliteStorage } from '@vitalseal/secure-element/node';
import { PatientError } from '../errors.ts';

const rootFile = 'root.pem';
const authorityFile = 'authority.url';

/** @throws SecureElementError `storage-in-use` while another process runs this element */
export async function openElement(folder: string, settings?: Partial<ElementSettings>): Promise<SecureElement> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const localKey = localKeyFile(join(folder, 'local.key'));
  const storage = sqliteStorage({ path: join(folder, 'element.db') });
  return SecureElement.open({ storage, localKey, ...(settings && { settings }) });
}

export interface EnrolledElement {
  readonly element: SecureElement;
  /** DER. */
  readonly root: Bytes;
  /** Origin of the authority it was enrolled with, if that is known. */
  readonly authority?: string;
}

/** @throws PatientError `patient-not-enrolled` */
export async function openEnrolledElement(folder: string): Promise<EnrolledElement> {
  const path = join(folder, rootFile);
  if (!existsSync(path)) throw notEnrolled();
  const [root] = decodePem('CERTIFICATE', readFileSync(path, 'utf8'));
  if (!root) throw notEnrolled();
  const authority = join(folder, authorityFile);
  const known = existsSync(authority) && { authority: readFileSync(authority, 'utf8').trim() };
  return { element: await openElement(folder), root, ...known };
}

/** @throws PatientError `patient-role-expected` @throws SecureElementError `element-already-personalised` */
export async function enrolPatient(
  folder: string,
  link: ActivationLink,
  bonds: { readonly sensors: readonly Identity[]; readonly hospital?: Identity },
): Promise<void> {
  if (link.identity.role !== 'patient') {
    throw new PatientError('patient-role-expected', 'expected an activation link that was made for a patient');
  }
  const element = await openElement(folder);
  try {
    const { chain, root } = await enrolDevice(link, await element.generateKey(link.identity));
    await element.installCertificates({ chain, anchors: [root], at: Date.now() });
    if (bonds.sensors.length > 0 || bonds.hospital) await element.bond(bonds);
    writeWhole(join(folder, authorityFile), new URL(link.url).origin);
    writeWhole(join(folder, rootFile), encodePem('CERTIFICATE', root));
  } finally {
    await element.close();
  }
}

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function notEnrolled(): PatientError {
  return new PatientError('patient-not-enrolled', 'expected a phone that was enrolled: run "vitalseal patient enrol"');
}
