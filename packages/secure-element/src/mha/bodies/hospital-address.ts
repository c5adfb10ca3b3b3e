// Where the hospital's listener for devices is. Looking a name up is the phone's errand; the card's TLS takes nobody's
// word for who answers there.

import type { Bytes } from '@vitalseal/protocol';
import { bytes, codec, integer, malformed, record, text } from '@vitalseal/protocol/fields';

export interface HospitalAddress {
  /** That the server's certificate must carry: a DNS name, or an address as text. */
  readonly name: string;
  readonly port: number;
  /** IPv4 or IPv6: 4 or 16 bytes. */
  readonly address: Bytes;
}

const fields = codec<HospitalAddress>(
  record('an address', {
    name: text('a name', 253),
    port: integer('a port', 1, 65_535),
    address: bytes('an address', 4, 16),
  }),
  512,
);

export const hospitalAddress = {
  encode: fields.encode,
  decode(encoded: Bytes): HospitalAddress {
    const read = fields.decode(encoded);
    const length = read.address.length;
    if ((length !== 4 && length !== 16) || !/^[A-Za-z0-9.:_-]+$/.test(read.name)) {
      throw malformed('a name and an address of 4 or 16 bytes');
    }
    return read;
  },
};
