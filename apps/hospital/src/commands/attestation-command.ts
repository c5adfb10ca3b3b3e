// vitalseal hospital attestation, vitalseal hospital tpm
import { readFileSync } from 'node:fs';
import { describeTpm, endorsementFingerprint, readEndorsementKey, withTpm } from '@vitalseal/tpm';
import { Command } from 'commander';
import { writeReleaseAttestation } from '../attestation/attestation-files.ts';
import { type AttestationState, prepareAttestation } from '../attestation/prepare-attestation.ts';
import { HospitalError } from '../errors.ts';
import { openKeyStore } from '../keys/open-key-store.ts';
import { readHospitalKeys } from '../keys/read-hospital-keys.ts';
import { measureOwnRelease } from '../keys/tpm/own-release.ts';
import { dataOption } from './options.ts';
import { writeJson, writeLines } from './output.ts';

export function attestationCommand(): Command {
  return new Command('attestation')
    .summary('be able to prove which release runs here')
    .description(
      "Has the TPM's attestation key certified by the authority, if its operator has approved the TPM, and takes the authority's attestation of the release that is installed here. With both, patients' cards and doctors' pages can ask the hospital which release it runs and check the answer. `init` and `serve` do the first by themselves.",
    )
    .addOption(dataOption())
    .option('--release <file>', 'the attestation of this release, from "vitalseal ca attest --release"')
    .option('--json', 'write one line of JSON, for programs')
    .action(async ({ data, release, json }: { data: string; release?: string; json?: true }) => {
      const keyStore = await openKeyStore(data);
      try {
        if (release !== undefined) {
          writeReleaseAttestation(data, readAttestationFile(release), await measureOwnRelease());
        }
        const state = await prepareAttestation(data, await readHospitalKeys(data, keyStore));
        if (json) return writeJson(state);
        writeLines(...linesOf(state));
      } finally {
        await keyStore.close();
      }
    });
}

export function tpmCommand(): Command {
  return new Command('tpm')
    .summary('show a TPM, with the fingerprint that the authority approves')
    .description('Shows what a TPM says of itself, before or after the hospital has its keys in it.')
    .requiredOption('--tpm <address>', '/dev/tpmrm0, swtpm:/path/to/socket, tcp:host:port')
    .option('--json', 'write one line of JSON, for programs')
    .action(async ({ tpm: address, json }: { tpm: string; json?: true }) => {
      const shown = await withTpm(address, async (tpm) => ({
        ...(await describeTpm(tpm)),
        fingerprint: Buffer.from(await endorsementFingerprint(await readEndorsementKey(tpm))).toString('hex'),
      }));
      if (json) return writeJson(shown);
      writeLines(
        `manufacturer  ${shown.manufacturer}`,
        `firmware      ${shown.firmwareVersion}`,
        `fingerprint   ${shown.fingerprint}`,
      );
    });
}

/** What is still to be done, and by whom. */
export function linesOf(state: AttestationState): readonly string[] {
  switch (state.state) {
    case 'software':
      return ['The keys are in software: nothing here can prove which release runs.'];
    case 'tpm-not-approved':
      return [
        "The authority's operator has not approved this TPM yet. Its fingerprint, to be compared at this machine:",
        state.fingerprint,
        'There: vitalseal ca approve-tpm --hospital <id> --fingerprint <it>. Then here: vitalseal hospital attestation',
      ];
    case 'release-not-attested':
      return [
        'The attestation key is certified. Still missing: the attestation of this release (vitalseal ca attest --release),',
        'taken by: vitalseal hospital attestation --release <file>',
      ];
    case 'ready':
      return ['Cards and pages can check which release runs here.'];
  }
}

function readAttestationFile(path: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw new HospitalError('invalid-file', 'expected --release to be a file that can be read', { cause });
  }
}
