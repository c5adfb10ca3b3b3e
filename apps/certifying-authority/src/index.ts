// The certifying authority as a process: EST server and command line.

export { certifyingAuthorityCommand } from './command.ts';
export {
  CertifyingAuthorityAppError,
  type CertifyingAuthorityAppErrorCode,
  certifyingAuthorityAppErrorCodes,
} from './errors.ts';
export { type RunningAuthority, type StartAuthorityOptions, startAuthority } from './start-authority.ts';
export { openFileStore } from './store/file-store.ts';
