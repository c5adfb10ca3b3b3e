import { createSecretKey } from 'node:crypto';
import type { WrappingKeys } from '../at-rest/wrapping.ts';

/** For a store without a hospital around it: the same in every test, so that one test's folder opens twice. */
export const testWrappingKeys: WrappingKeys = [{ version: 1, key: createSecretKey(Buffer.alloc(32, 7)) }];
