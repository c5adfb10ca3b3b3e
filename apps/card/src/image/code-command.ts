// `vitalseal card code`: the MHA's code for an image, from these sources.

import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { CardAppError } from '../errors.ts';
import { buildMhaCode } from './build-mha-code.ts';

export function codeCommand(): Command {
  return new Command('code')
    .summary("build the code of the cards' MHA from these sources")
    .description(
      'The code goes into an image ("vitalseal hospital card image --code"), which the certifying authority attests and the cards load. The same sources and release give the same code.',
    )
    .requiredOption('--release <version>', 'what the code says that it is, as 1.4.0', release)
    .requiredOption('--out <file>', 'where the code is written')
    .action(async ({ release: name, out }: { release: string; out: string }) => {
      await writeFile(out, await buildMhaCode({ release: name }));
      console.log(`The code is in ${out}; put an image together with "vitalseal hospital card image --code ${out}".`);
    });
}

function release(text: string): string {
  if (/^\d{1,3}\.\d{1,3}\.\d{1,5}$/.test(text)) return text;
  throw new CardAppError('card-option-invalid', 'expected a release of three numbers, as 1.4.0');
}
