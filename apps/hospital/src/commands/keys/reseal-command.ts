// vitalseal hospital reseal
import { readFileSync } from 'node:fs';
import { decodePem, verifyAttestation } from '@vitalseal/certifying-authority';
import { measureRelease } from '@vitalseal/certifying-authority/node';
import { equalBytes } from '@vitalseal/protocol';
import { Command } from 'commander';
import { writeReleaseAttestation } from '../../attestation/attestation-files.ts';
import { operator } from '../../audit/acts.ts';
import { HospitalError } from '../../errors.ts';
import { hospitalFiles, requiredText } from '../../keys/hospital-folder.ts';
import { databaseOption, dataOption } from '../options.ts';
import { writeLines } from '../output.ts';
import type { StorePlace } from '../with-store.ts';
import { withKeys } from './with-keys.ts';

interface ResealOptions extends StorePlace {
  readonly release: string;
  readonly attestation: string;
}

export function resealCommand(): Command {
  return new Command('reseal')
    .summary('before an update: let the TPM release the keys to the next release as well')
    .description(
      'The TPM releases the wrapping key to the release that it was sealed for. Before an update, have the release that runs seal it for the next one as well, which the certifying authority must have attested. Then update, start the machine anew (its register holds the measurement of what ran until then), and serve.',
    )
    .addOption(dataOption())
    .addOption(databaseOption())
    .requiredOption('--release <folder>', 'the next release, unpacked as it will run')
    .requiredOption('--attestation <file>', 'of that release, by `vitalseal ca attest`')
    .addHelpText(
      'after',
      '\nExample:\n  vitalseal hospital reseal --data ./hospital --release ../vitalseal-1.4.0 --attestation 1.4.0.attestation',
    )
    .action(reseal);
}

async function reseal({ release: folder, attestation: file, ...place }: ResealOptions): Promise<void> {
  const release = await measureRelease(folder);
  const anchors = decodePem('CERTIFICATE', requiredText(place.data, hospitalFiles.root));
  const attested = await verifyAttestation({ anchors, attestation: bytesOf(file), at: Date.now() });
  if (!equalBytes(attested.release.digest, release.digest)) {
    throw new HospitalError('invalid-file', 'expected the attestation of the release in that folder');
  }
  await withKeys(place, async ({ keyStore, store }) => {
    if (keyStore.kind !== 'tpm') {
      throw new HospitalError(
        'invalid-option',
        'expected a hospital with its keys in a TPM: files are read by any release',
      );
    }
    await keyStore.sealFor(release.digest);
    // For that release to prove itself with, once it runs.
    writeReleaseAttestation(place.data, bytesOf(file), release.digest);
    const what = { key: 'wrapping', release: `${release.name}/${release.version}` };
    await store.audit.record({ kind: 'key-shared', actor: operator(), what });
  });
  writeLines(
    `The TPM releases the keys to ${release.name} ${release.version} as well.`,
    'Next: stop the hospital, update it, start the machine anew, and serve.',
  );
}

function bytesOf(file: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(file));
  } catch (cause) {
    throw new HospitalError('invalid-file', 'expected --attestation to be a file that can be read', { cause });
  }
}
