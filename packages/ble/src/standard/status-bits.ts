// Words for the bits of a status field, each with its mask, in the order of the specification.

/** Of a bit, or of several that are read as a number: `[mask, value, word]`. */
export type StatusBits<Word extends string> = readonly (readonly [mask: number, value: number, word: Word])[];

/** Those that are set. Bits that the specification keeps for the future have no word. */
export function statusWords<Word extends string>(bits: number, all: StatusBits<Word>): Word[] {
  return all.filter(([mask, value]) => (bits & mask) === value).map(([, , word]) => word);
}

/** Single bits from `first` on. */
export function bitsFrom<Word extends string>(first: number, words: readonly Word[]): StatusBits<Word> {
  return words.map((word, i) => [2 ** (first + i), 2 ** (first + i), word] as const);
}
