// What others of this project sign with: COSE_Sign1. Encryption stays inside the protocol.

export { header as coseHeader } from './registry.ts';
export { type Headers, parseSign1, type Sign1, sign1, verifySign1 } from './sign1.ts';
