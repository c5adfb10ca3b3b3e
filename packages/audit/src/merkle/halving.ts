// Places in a tree may exceed 32 bits, which JavaScript's shifts do not: `half` is a shift to the right by one.

export const half = (number: number): number => Math.floor(number / 2);
export const isOdd = (number: number): boolean => number % 2 === 1;

/** The largest power of two below `size`: how many leaves the left subtree has (RFC 9162, section 2.1.1). */
export function leftLeaves(size: number): number {
  let left = 1;
  while (2 * left < size) left *= 2;
  return left;
}
