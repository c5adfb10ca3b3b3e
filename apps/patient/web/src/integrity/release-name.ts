/** What the authority attests the patient's app as. */
export const releaseName = 'vitalseal-patient-app';
/** Served beside the page: manifest, attestation and roots in one answer. */
export const releasePath = 'release';
export const workerPath = 'service-worker.js';
