// vitalseal hospital init
import { Command } from 'commander';
import { prepareAttestation } from '../attestation/prepare-attestation.ts';
import { enrolHospital } from '../keys/enrol-hospital.ts';
import { openKeyStore } from '../keys/open-key-store.ts';
import { readHospitalKeys } from '../keys/read-hospital-keys.ts';
import { linesOf } from './attestation-command.ts';
import {
  type ClaimOptions,
  claimOf,
  type KeyPlaceOptions,
  keyPlaceOf,
  serverNamesOf,
  withClaimOptions,
  withKeyPlaceOptions,
} from './enrolment-options.ts';
import { dataOption } from './options.ts';
import { writeLines } from './output.ts';

type InitOptions = ClaimOptions & KeyPlaceOptions & { readonly data: string };

export function initCommand(): Command {
  const command = new Command('init')
    .summary('enrol the hospital with the certifying authority')
    .description(
      "Makes the hospital's keys, in a TPM or in files as it is told, and has them certified: its own by the activation code that `vitalseal ca invite` gave, its listeners' by a proof with the first.",
    )
    .addOption(dataOption());
  return withKeyPlaceOptions(withClaimOptions(command))
    .addHelpText('after', '\nExample:\n  vitalseal hospital init --data ./hospital --tpm /dev/tpmrm0 --link LINK')
    .action(async (options: InitOptions) => {
      const keys = keyPlaceOf(options);
      const claim = claimOf(options);
      const { data } = options;
      await enrolHospital({ dataDir: data, ...claim, serverNames: serverNamesOf(options), keys });
      await sayAttestation(data);
      const place =
        keys.kind === 'tpm' ? `in the TPM at ${keys.address}` : 'in files: a copy of the folder is a copy of them';
      writeLines(
        `The hospital "${claim.identity.id}" is enrolled. Its keys are ${place}.`,
        `Next: vitalseal hospital recovery split --data ${data}`,
        `      vitalseal hospital serve --data ${data}`,
      );
    });
}

/** What of it is still missing; an authority that is away is no failure of the enrolment. */
async function sayAttestation(dataDir: string): Promise<void> {
  const keyStore = await openKeyStore(dataDir);
  try {
    const state = await prepareAttestation(dataDir, await readHospitalKeys(dataDir, keyStore));
    if (state.state !== 'software') writeLines(...linesOf(state));
  } finally {
    await keyStore.close();
  }
}
