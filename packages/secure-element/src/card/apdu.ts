// The APDUs of ISO/IEC 7816-4 as the card's layer hands them on.

import type { Bytes } from '@vitalseal/protocol';

export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** Empty if there is none. */
  readonly data: Bytes;
  /** 1 to 65536; undefined if nothing is expected. */
  readonly le?: number;
}

export interface ResponseApdu {
  readonly data: Bytes;
  /** 0x9000, ... */
  readonly status: number;
}
