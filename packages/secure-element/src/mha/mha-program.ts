// The MHA as a program: what the card was made with, and what an image brings in its place. All of the MHA is in it, from
// its APDUs to EDHOC and the records' seals. What is not is the card's own: PIN, administration, toolkit, TLS, the store.

import { SecureElement, type SecureElementOptions } from '../secure-element.ts';
import { Mha, type MhaOptions } from './mha.ts';
import { mhaRelease } from './release.ts';

/** Of how card and program meet; a program of another form is not run. */
export const mhaProgramForm = 1;

export interface MhaProgram {
  readonly form: typeof mhaProgramForm;
  /** Of its code, in its own words. */
  readonly release: string;
  create(options: MhaOptions): Mha;
  /** @throws SecureElementError with a `storage-` code */
  openElement(options: SecureElementOptions): Promise<SecureElement>;
}

export const program: MhaProgram = {
  form: mhaProgramForm,
  release: mhaRelease,
  create: (options) => new Mha(options),
  openElement: (options) => SecureElement.open(options),
};
