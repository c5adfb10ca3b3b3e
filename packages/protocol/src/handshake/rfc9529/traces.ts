// The values of RFC 9529, looked up by section and title; tests/vectors/edhoc/README.md says where they are from.

import file from '../../../../../tests/vectors/edhoc/rfc9529_traces.json' with { type: 'json' };
import { type Bytes, hexToBytes } from '../../bytes.ts';

interface Item {
  readonly section: string;
  readonly title: string;
  readonly hex?: string;
}

const items: readonly Item[] = file.items;

export interface Chapter {
  /** The one value of that section whose title has that beginning. */
  value(section: string, title: string): Bytes;
}

function chapter(name: string): Chapter {
  return {
    value(section, title) {
      const [found, ...others] = items.filter(
        (item) =>
          item.section.startsWith(name) && item.section.endsWith(` / ${section}`) && item.title.startsWith(title),
      );
      if (found?.hex === undefined || others.length > 0)
        throw new RangeError(`expected one value: ${section}, ${title}`);
      return hexToBytes(found.hex);
    },
  };
}

/** Method 0, suite 0 (X25519, EdDSA), x5t. */
export const chapter2 = chapter('Authentication with Signatures');
/** Method 3, suite 2 (P-256), kid. */
export const chapter3 = chapter('Authentication with Static DH');

export const invalidTraces = items
  .filter(({ section }) => section.startsWith('Invalid Traces'))
  .map(({ section, title, hex = '' }) => ({
    name: section.split(' / ').slice(1).join(': '),
    kind: title.replace(/^Invalid (\S+) .*$/, '$1'),
    bytes: hexToBytes(hex),
  }));
