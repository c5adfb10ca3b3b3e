// The GSM 7 bit default alphabet with its extension table: TS 23.038 sections 6.2.1 and 6.2.1.1.

const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿' +
  'abcdefghijklmnopqrstuvwxyzäöñüà';

const extension = new Map<number, string>([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
]);

const extensionFollows = 0x1b;

/** One septet an octet; what the table does not have is a space, as the standard says. */
export function decodeDefaultAlphabet(septets: Uint8Array): string {
  let text = '';
  for (let at = 0; at < septets.length; at++) {
    const septet = (septets[at] ?? 0) & 0x7f;
    if (septet === extensionFollows) text += extension.get((septets[++at] ?? 0) & 0x7f) ?? ' ';
    else text += basic[septet] ?? ' ';
  }
  return text;
}

/** @returns undefined where a character is not in the alphabet */
export function encodeDefaultAlphabet(text: string): number[] | undefined {
  const septets: number[] = [];
  for (const character of text) {
    const at = character === '\u001b' ? -1 : basic.indexOf(character);
    const extended = [...extension].find(([, one]) => one === character);
    if (at >= 0) septets.push(at);
    else if (extended !== undefined) septets.push(extensionFollows, extended[0]);
    else return undefined;
  }
  return septets;
}

/** Septets from octets into which they are packed: TS 23.038 section 6.1.2.2. */
export function unpackSeptets(packed: Uint8Array): Uint8Array {
  const count = Math.floor((packed.length * 8) / 7);
  return Uint8Array.from({ length: count }, (_, index) => {
    const bit = index * 7;
    const at = bit >> 3;
    return ((((packed[at + 1] ?? 0) << 8) | (packed[at] ?? 0)) >> (bit & 7)) & 0x7f;
  });
}
