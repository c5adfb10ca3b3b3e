// What only a program on Node needs.
export { fileCustody } from './file-custody.ts';
export {
  type KeptPasskey,
  SoftwareAuthenticator,
  type SoftwareAuthenticatorOptions,
} from './software-authenticator.ts';
