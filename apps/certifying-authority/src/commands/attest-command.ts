// vitalseal ca attest
import { readFile, writeFile } from 'node:fs/promises';
import { fingerprint, type Release } from '@vitalseal/certifying-authority';
import { measurePage, measureRelease } from '@vitalseal/certifying-authority/node';
import { bytesToHex, sha256 } from '@vitalseal/protocol';
import { Command } from 'commander';
import { openAuthority } from './open-authority.ts';
import { dataOption, jsonOption, mistake } from './options.ts';
import { writeJson, writeLines } from './output.ts';

interface AttestOptions {
  data: string;
  release?: string;
  page?: string;
  image?: string;
  name: string;
  imageVersion?: string;
  out: string;
  json?: true;
}

export function attestCommand(): Command {
  return new Command('attest')
    .summary('vouch for a release, so that cards let it in')
    .description(
      "Vouches for a release of the phone's program (--release: the folder is measured, file by file), for the patient's app as it was built (--page) or for an image of the card's MHA (--image). Cards, phones and browsers that trust this authority refuse any other. A version stands for one content for good; \"ca revoke --serial\" takes the word back.",
    )
    .addOption(dataOption())
    .option('--release <folder>', 'the release as it is installed, with its package.json and package-lock.json')
    .option('--page <folder>', "the patient's app as it was built, with its release.manifest")
    .option('--image <file>', 'an image of the MHA for "hospital card"')
    .option('--name <name>', 'name of an image', 'vitalseal-mha')
    .option('--image-version <version>', 'version of an image, as 1.4.0')
    .requiredOption('--out <file>', 'where the attestation is written (COSE_Sign1)')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExamples:\n  vitalseal ca attest --data ./authority --release . --out release.attestation\n  vitalseal ca attest --data ./authority --page apps/patient/web/dist --out patient-app.attestation',
    )
    .action(async ({ data, out, json, ...options }: AttestOptions) => {
      const authority = await openAuthority(data);
      const release = await releaseFrom(options);
      const { attestation, serial } = await authority.attest(release);
      await writeFile(out, attestation);
      const { name, version } = release;
      const digest = bytesToHex(release.digest);
      const signerHash = await fingerprint(await authority.releaseSigner());
      if (json) return writeJson({ name, version, digest, serial, signerHash, attestation: out });
      writeLines(
        `Attested ${name} ${version} in ${out}.`,
        '',
        `digest       ${digest}`,
        `serial       ${serial}`,
        `signer hash  ${signerHash}`,
        '',
        'The signer hash is what access rules of cards name.',
      );
    });
}

async function releaseFrom({
  release,
  page,
  image,
  name,
  imageVersion,
}: Omit<AttestOptions, 'data' | 'out'>): Promise<Release> {
  const ways = [release, page, image].filter((way) => way !== undefined).length;
  if (ways !== 1 || (image === undefined) !== (imageVersion === undefined)) {
    throw mistake('expected either --release, or --page, or --image and --image-version');
  }
  if (release !== undefined) return await measureRelease(release);
  if (page !== undefined) return (await measurePage(page)).release;
  if (image === undefined || imageVersion === undefined) throw mistake('expected --image and --image-version');
  const bytes = await readFile(image).catch((cause: unknown) => {
    throw mistake('expected --image to be a file that can be read', cause);
  });
  return { name, version: imageVersion, digest: await sha256(new Uint8Array(bytes)) };
}
