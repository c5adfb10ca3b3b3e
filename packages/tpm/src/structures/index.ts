// The part that needs neither Node nor a TPM: what is read where a hospital's answer is checked, in a card or a page.

export { TpmError } from '../errors.ts';
export { type Attest, type AttestClock, type CertifyAttest, parseAttest, type QuoteAttest } from './attest.ts';
export { spkiOfPoint } from './ecc-point.ts';
export { nameOf } from './name.ts';
export { keyAttributes } from './object-attributes.ts';
export { decodePublicArea, type EccPublic, encodePublicArea, type PublicArea } from './public-area.ts';
export { checkQuote, type ExpectedQuote, releaseRegisterDigest, usualReleaseRegister } from './quote.ts';
