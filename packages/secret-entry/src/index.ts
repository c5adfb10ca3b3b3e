// A person's secrets at a terminal.

export { type Entry, enterNewSecret, enterSecret, type Keyboard } from './enter-secret.ts';
export { SecretEntryError, type SecretEntryErrorCode, secretEntryErrorCodes } from './errors.ts';
export { readSecretFile } from './read-secret-file.ts';
