// A step 2 channel with known secrets, and both of its ends.

import type { Bytes } from '../bytes.ts';
import { openOpener } from './opener.ts';
import { openSealer, type Sealer } from './sealer.ts';
import type { ChannelSecrets, Side } from './secrets.ts';
import { SendCounter } from './send-counter.ts';

const filled = (length: number, byte: number): Bytes => new Uint8Array(length).fill(byte);

export const secrets: ChannelSecrets = {
  id: filled(8, 0xa0),
  step: 2,
  epoch: 0,
  initiator: { role: 'patient', id: 'p1' },
  responder: { role: 'hospital', id: 'h1' },
  initiatorKey: filled(32, 1),
  initiatorIv: filled(12, 2),
  responderKey: filled(32, 3),
  responderIv: filled(12, 4),
  wrappingKey: filled(32, 5),
};

export const sealerFrom = (start: number, side: Side = 'initiator', of = secrets): Promise<Sealer> =>
  openSealer(of, side, new SendCounter({ start, block: 64, reserve: () => undefined }));

export const opener = (side: Side = 'responder', of = secrets) => openOpener(of, side);

export const text = (content: string): Bytes => new TextEncoder().encode(content);
