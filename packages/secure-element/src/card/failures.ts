// What a command ends in when it did not end by itself.

import { statusWords } from '@vitalseal/uicc';
import { SecureElementError } from '../errors.ts';
import { RefusedCommand } from './refused-command.ts';

export function statusOfFailure(error: unknown): number {
  if (error instanceof RefusedCommand) return error.status;
  if (error instanceof SecureElementError) {
    if (error.code === 'storage-full') return statusWords.notEnoughMemory;
    if (error.code.startsWith('storage-')) return statusWords.memoryFailure;
  }
  return statusWords.unknownError;
}
