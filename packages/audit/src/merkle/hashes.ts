/** RFC 6962, section 2.1 (RFC 9162, section 2.1.1): leaves and nodes are hashed apart, so that neither passes for the other. */
import { type Bytes, concatBytes, sha256 } from '@vitalseal/protocol';

const leafPrefix = Uint8Array.of(0x00);
const nodePrefix = Uint8Array.of(0x01);

export async function leafHash(entry: Bytes): Promise<Bytes> {
  return sha256(concatBytes(leafPrefix, entry));
}

export async function nodeHash(left: Bytes, right: Bytes): Promise<Bytes> {
  return sha256(concatBytes(nodePrefix, left, right));
}

/** Root of a tree without leaves: the hash of nothing. */
export async function emptyRoot(): Promise<Bytes> {
  return sha256(new Uint8Array());
}
