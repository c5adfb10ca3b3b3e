// One direction of a channel: which bytes GCM authenticates and under which nonce, for a given counter. The
// Enc_structure (RFC 9052 section 5.3) differs between the records of a direction in the protected header alone, so its
// other parts are encoded once.

import { type Bytes, concatBytes } from '../bytes.ts';
import { type AeadKey, importAesGcmKey } from '../primitives/index.ts';
import { encodeCbor } from '../wire/cbor/encode.ts';
import { externalAad } from './external-aad.ts';
import { nonceOf } from './record.ts';
import type { ChannelSecrets, Side } from './secrets.ts';

// An array of three that begins with its context text.
const structureFront = concatBytes(Uint8Array.of(0x83), encodeCbor('Encrypt0'));

export interface RecordCipher {
  readonly key: AeadKey;
  nonce(sequence: number): Bytes;
  /** @param header the protected header as a byte string */
  aad(header: Bytes): Bytes;
}

export async function recordCipher(secrets: ChannelSecrets, sender: Side): Promise<RecordCipher> {
  const raw = sender === 'initiator' ? secrets.initiatorKey : secrets.responderKey;
  const iv = sender === 'initiator' ? secrets.initiatorIv : secrets.responderIv;
  const structureEnd = encodeCbor(externalAad(secrets, sender));
  return {
    key: await importAesGcmKey(raw),
    nonce: (sequence) => nonceOf(iv, sequence),
    aad: (header) => concatBytes(structureFront, header, structureEnd),
  };
}
