// What every language has to say: each text of English. Where a language counts with more forms than English (Arabic
// has six), it has those too; a test holds each to what its plural rules ask for.
import type { english } from './english.ts';

type MoreForms = { readonly [key: `${string}_${'zero' | 'two' | 'few' | 'many'}`]: string };
type Words<T> = { readonly [K in keyof T]: T[K] extends string ? string : Words<T[K]> } & MoreForms;

export type Texts = Words<typeof english>;
