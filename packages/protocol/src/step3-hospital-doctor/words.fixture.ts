// Any word that several messages of step 3 are made of.
import fc from 'fast-check';

export const name = fc.string({ unit: 'grapheme', maxLength: 30 });
export const id = fc.stringMatching(/^[A-Za-z0-9-]{1,36}$/);
export const counts = fc.integer({ min: 0, max: 1e6 });
export const type = <T extends string>(text: T): fc.Arbitrary<T> => fc.constant(text);
