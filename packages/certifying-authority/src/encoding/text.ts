// Text as octets (UTF-8).
import type { Bytes } from '@vitalseal/protocol';

export function utf8(text: string): Bytes {
  return new TextEncoder().encode(text);
}
