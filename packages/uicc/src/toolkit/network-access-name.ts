// A network access name: TS 102 223 section 8.70, in labels as TS 23.003 has it.

import { join } from '../bytes.ts';
import type { Bytes } from '../card.ts';
import { UiccError } from '../errors.ts';

/** @returns the labels with points between them @throws UiccError `toolkit-malformed` for a label that is cut or not ASCII */
export function decodeNetworkAccessName(value: Uint8Array): string {
  const labels: string[] = [];
  for (let at = 0; at < value.length; ) {
    const length = value[at] ?? 0;
    const label = value.subarray(at + 1, at + 1 + length);
    if (length === 0 || label.length !== length || label.some((octet) => octet < 0x21 || octet > 0x7e)) {
      throw new UiccError('toolkit-malformed', 'expected labels of a network access name');
    }
    labels.push(String.fromCharCode(...label));
    at += 1 + length;
  }
  return labels.join('.');
}

/** @throws UiccError `toolkit-malformed` for a label that is empty, too long or not ASCII */
export function encodeNetworkAccessName(name: string): Bytes {
  return join(
    ...name.split('.').flatMap((label) => {
      if (!/^[!-~]{1,63}$/.test(label)) throw new UiccError('toolkit-malformed', 'expected a network access name');
      return [label.length, Uint8Array.from(label, (character) => character.charCodeAt(0))];
    }),
  );
}
