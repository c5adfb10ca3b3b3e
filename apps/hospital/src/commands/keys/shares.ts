/** How shares are given to a command: from a file or standard input, since what stands on a command line is seen by others. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { HospitalError } from '../../errors.ts';

export interface ShareOptions {
  readonly sharesFrom: string;
}

export function withShareOptions(command: Command): Command {
  return command.requiredOption('--shares-from <file>', 'a file with a share a line, - for standard input');
}

/** @throws HospitalError `invalid-file` */
export function sharesOf({ sharesFrom }: ShareOptions): readonly string[] {
  try {
    const text = readFileSync(sharesFrom === '-' ? 0 : sharesFrom, 'utf8');
    return text.split('\n').filter((line) => line.trim() !== '');
  } catch (cause) {
    throw new HospitalError('invalid-file', 'expected --shares-from to be a file that can be read', { cause });
  }
}
