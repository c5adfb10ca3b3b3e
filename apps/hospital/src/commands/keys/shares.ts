/** How shares are given to a command: from a file or standard input, since what stands on a command line is seen by others. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { HospitalError } from '../../errors.ts';
import { collect } from '../options.ts';

export interface ShareOptions {
  readonly share?: readonly string[];
  readonly sharesFrom?: string;
}

export function withShareOptions(command: Command): Command {
  return command
    .option('--share <share>', 'a share as it was printed (may be repeated)', collect)
    .option('--shares-from <file>', 'a file with a share a line, - for standard input');
}

/** @throws HospitalError `invalid-option`, `invalid-file` */
export function sharesOf({ share = [], sharesFrom }: ShareOptions): readonly string[] {
  const shares = [...share, ...(sharesFrom === undefined ? [] : linesOf(sharesFrom))];
  if (shares.length === 0) throw new HospitalError('invalid-option', 'expected --share or --shares-from');
  return shares;
}

function linesOf(file: string): string[] {
  try {
    const text = readFileSync(file === '-' ? 0 : file, 'utf8');
    return text.split('\n').filter((line) => line.trim() !== '');
  } catch (cause) {
    throw new HospitalError('invalid-file', 'expected --shares-from to be a file that can be read', { cause });
  }
}
