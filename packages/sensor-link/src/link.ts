// What a radio gives to both of its ends: frames of a bounded size, in order, until it is closed. Bluetooth LE is one
// such link (a GATT characteristic carries at most ATT MTU - 3 bytes); TCP and a pair in one process stand in for it.

import type { Bytes } from '@vitalseal/protocol';

export interface LinkListener {
  frame(frame: Bytes): void;
  /** Once, and nothing after it. */
  closed(reason: Error | undefined): void;
}

export interface Link {
  /** The ATT MTU both ends agreed on; a frame is at most 3 bytes shorter. */
  readonly mtu: number;
  /** One listener; frames that came before it are kept for it. */
  listen(listener: LinkListener): void;
  /** A frame on a closed link is dropped: the other end would not have had it either. */
  send(frame: Bytes): void;
  close(reason?: Error): void;
}

/** What current phones agree to. */
export const defaultMtu = 185;
export const attHeaderBytes = 3;
