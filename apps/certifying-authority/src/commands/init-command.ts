// vitalseal ca init
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Authority, encodePem } from '@vitalseal/certifying-authority';
import { Command } from 'commander';
import { openFileStore } from '../store/file-store.ts';
import { keepAddress, usualAddress } from './address.ts';
import { dataOption, jsonOption, parseUrl } from './options.ts';
import { writeJson, writeLines } from './output.ts';

export function initCommand(): Command {
  return new Command('init')
    .summary('make a new certifying authority')
    .description(
      'Makes a root and an issuing authority with keys of their own. Done once; the folder is then all there is to keep safe and to back up.',
    )
    .addOption(dataOption())
    .option('--name <text>', 'the name in the certificates of the authority', 'Vitalseal')
    .option('--url <url>', 'where devices will reach it; "ca serve" serves there', parseUrl, usualAddress)
    .addOption(jsonOption())
    .addHelpText('after', '\nExample:\n  vitalseal ca init --data ./authority --name "St Anne Clinic"')
    .action(async ({ data, name, url, json }: { data: string; name: string; url: string; json?: true }) => {
      const authority = await Authority.init({ store: await openFileStore(data, { create: true }), name });
      const rootFile = join(data, 'root.pem');
      await writeFile(rootFile, encodePem('CERTIFICATE', authority.rootCertificate), { mode: 0o600 });
      await keepAddress(data, url);
      const { rootFingerprint } = authority;
      if (json) return writeJson({ data, name, rootFingerprint, rootCertificate: rootFile });
      writeLines(
        `The certifying authority "${name}" is in ${data}.`,
        `Its private keys lie there unencrypted: keep the folder to yourself, and back it up.`,
        '',
        `root certificate  ${rootFile}`,
        `root fingerprint  ${rootFingerprint}`,
        '',
        `Next: vitalseal ca serve --data ${data}`,
      );
    });
}
