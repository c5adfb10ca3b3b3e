// vitalseal ca approve-tpm
import { Command } from 'commander';
import { openAuthority } from './open-authority.ts';
import { dataOption, identityFrom, jsonOption, parseFingerprint } from './options.ts';
import { writeJson, writeLines } from './output.ts';

interface ApproveOptions {
  data: string;
  hospital: string;
  fingerprint: string;
  withdraw?: true;
  json?: true;
}

export function approveTpmCommand(): Command {
  return new Command('approve-tpm')
    .summary("approve the TPM that a hospital's keys are in")
    .description(
      "Approves a TPM by the fingerprint of its endorsement key, as `vitalseal hospital tpm` prints it. Compare it with whoever stands at that machine, or with its maker's certificate: what is approved here is what patients' cards and doctors' pages trust to say which release the hospital runs. Then the hospital has its attestation key certified by itself.",
    )
    .addOption(dataOption())
    .requiredOption('--hospital <id>', 'identifier of the hospital')
    .requiredOption('--fingerprint <sha256>', 'of the endorsement key, 64 hexadecimal digits', parseFingerprint)
    .option('--withdraw', 'trust it no more, for good: the certificates of its attestation keys are revoked')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  vitalseal hospital tpm --tpm /dev/tpmrm0\n  vitalseal ca approve-tpm --data ./authority --hospital hospital --fingerprint 4be1…',
    )
    .action(async ({ data, hospital, fingerprint, withdraw, json }: ApproveOptions) => {
      const authority = await openAuthority(data);
      const identity = identityFrom({ role: 'hospital', id: hospital });
      if (withdraw) {
        const revoked = await authority.withdrawTpm(identity, fingerprint);
        if (json) return writeJson({ hospital, fingerprint, revoked });
        return writeLines(`The TPM ${fingerprint} is trusted no more; certificates revoked: ${revoked.length}.`);
      }
      await authority.approveTpm(identity, fingerprint);
      if (json) return writeJson({ hospital, fingerprint });
      writeLines(`The TPM ${fingerprint} is approved for the hospital "${hospital}".`);
    });
}
