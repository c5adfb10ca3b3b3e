// vitalseal ca crl
import { writeFile } from 'node:fs/promises';
import { encodePem, parseCertificate, readCrl } from '@vitalseal/certifying-authority';
import { Command } from 'commander';
import { openAuthority } from './open-authority.ts';
import { dataOption, jsonOption } from './options.ts';
import { formatTime, writeJson, writeLines } from './output.ts';

export function crlCommand(): Command {
  return new Command('crl')
    .summary('show the current revocation list')
    .description(
      'Shows the current revocation list (RFC 5280), made anew if it is no longer complete or half its time is over.',
    )
    .addOption(dataOption())
    .option('--out <file>', 'write the list to this file, in PEM')
    .addOption(jsonOption())
    .action(async ({ data, out, json }: { data: string; out?: string; json?: true }) => {
      const authority = await openAuthority(data);
      const { crl, number, thisUpdate, nextUpdate } = await authority.crl();
      const { revoked } = await readCrl(crl, parseCertificate(authority.issuingCertificate));
      if (out !== undefined) await writeFile(out, encodePem('X509 CRL', crl));
      const times = { thisUpdate: formatTime(thisUpdate), nextUpdate: formatTime(nextUpdate) };
      if (json) return writeJson({ number, ...times, revoked: [...revoked] });
      writeLines(
        `Revocation list number ${number}, ${times.thisUpdate} to ${times.nextUpdate}, ${revoked.size} revoked.`,
        ...[...revoked].map((serial) => `  ${serial}`),
      );
    });
}
