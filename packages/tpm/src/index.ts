export { TpmError, type TpmErrorCode, tpmErrorCodes } from './errors.ts';
