// vitalseal hospital card image
import { readFile, writeFile } from 'node:fs/promises';
import { type CardPolicy, encodeMhaImage, mostImageOctets } from '@vitalseal/uicc/global-platform';
import { Command } from 'commander';
import { expectPolicy } from '../../card-administration/particulars.ts';
import { HospitalError } from '../../errors.ts';
import { writeLines } from '../output.ts';
import { policySetting } from './card-options.ts';

export function imageCommand(): Command {
  return new Command('image')
    .summary("put an image of the cards' MHA together, from its code and its policy")
    .description(
      'The image goes to the certifying authority ("vitalseal ca attest --image"), and with its attestation to the cards ("card update").',
    )
    .requiredOption('--code <file>', 'the code of the MHA')
    .option('--set <name=number>', 'one setting of the policy (may be repeated)', policySetting)
    .requiredOption('--out <file>', 'where the image is written')
    .action(async ({ code, set = {}, out }: { code: string; set?: CardPolicy; out: string }) => {
      const image = encodeMhaImage({ policy: expectPolicy(set), code: await readCode(code) });
      if (image.length > mostImageOctets) {
        throw new HospitalError('invalid-option', `expected an image of at most ${mostImageOctets} octets`);
      }
      await writeFile(out, image);
      writeLines(`The image is in ${out}; have it attested with "vitalseal ca attest --image ${out}".`);
    });
}

async function readCode(file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw new HospitalError('invalid-option', 'expected --code to be a file that can be read', { cause });
  }
}
