/** The patient's app, if the hospital has its build. A build that is not what it should be stops nobody else's work. */

import { failureOf } from '../listener/answer-errors.ts';
import { type AppPage, openAppPage } from '../people/app-page.ts';
import type { HospitalCore } from './core.ts';
import type { HospitalOptions } from './hospital-options.ts';

export async function appSide(
  { keys, logger }: HospitalCore,
  { pages = {}, patientAttestation: attestation }: HospitalOptions,
): Promise<AppPage | undefined> {
  const { patient: folder } = pages;
  if (folder === undefined) return undefined;
  try {
    const app = await openAppPage({ folder, attestation, anchors: keys.anchors, at: Date.now() });
    if (app.version === undefined) {
      logger.warn(
        { code: 'app-not-attested' },
        'the patient\'s app works online only: no phone installs it before "vitalseal ca attest --page" vouches for it',
      );
    }
    return app;
  } catch (error) {
    // Phones that have a release go on with it.
    logger.error({ failure: failureOf(error) }, "the patient's app is not served: its build is not what was attested");
    return undefined;
  }
}
