// The word of the demo's own authority for the patients' app as it lies here: what an operator does with
// `vitalseal ca attest --page`. The authority is as old as the demo, so a build that changed needs no new version.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measurePage } from '@vitalseal/certifying-authority/node';
import type { World } from './world.ts';

/** @returns the file */
export async function attestApp({ authority, hospitalDir }: World, folder: string): Promise<string> {
  const { release } = await measurePage(folder);
  const { attestation } = await authority.authority.attest(release);
  const file = join(hospitalDir, 'patient-app.attestation');
  writeFileSync(file, attestation);
  return file;
}
