// The commands that bring an image into a card: INSTALL [for load], and LOAD (Card Specification section 11.6) as often
// as it takes.

import type { CommandApdu } from '../../apdu/command.ts';
import { instructions } from '../../apdu/instructions.ts';
import { malformed } from '../administration-fields.ts';
import { type InstallForLoad, installForLoad } from './install-for-load.ts';
import { encodeLoadFile, type LoadFile } from './load-file.ts';

/** LOAD numbers its blocks in one octet. */
export const mostLoadBlocks = 256;
const lastBlock = 0x80;
const blockOctets = 1024;
/** With room left for the attestation. */
export const mostImageOctets = (mostLoadBlocks - 8) * blockOctets;

/** For the issuer security domain, in this order. @throws UiccError `administration-malformed` for an image too large */
export function loadImage(file: LoadFile, install: InstallForLoad): CommandApdu[] {
  const bytes = encodeLoadFile(file);
  const count = Math.ceil(bytes.length / blockOctets);
  if (count > mostLoadBlocks) throw malformed(`expected an image of at most ${mostLoadBlocks} blocks`);
  const blocks = Array.from({ length: count }, (_, at): CommandApdu => {
    const data = bytes.slice(at * blockOctets, (at + 1) * blockOctets);
    return { cla: 0x80, ins: instructions.load, p1: at === count - 1 ? lastBlock : 0, p2: at, data, le: 256 };
  });
  return [installForLoad(install), ...blocks];
}

/** @throws UiccError `administration-malformed` */
export function readLoad({ p1, p2 }: CommandApdu): { readonly block: number; readonly last: boolean } {
  if (p1 !== 0 && p1 !== lastBlock) throw malformed('expected the next block, or the last');
  return { block: p2, last: p1 === lastBlock };
}
