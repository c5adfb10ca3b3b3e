// The code on a sensor, as the phone gives it to the card: its key, which the phone has made of it.

import { type Bytes, type Identity, ProtocolError, sensorCodeKeyLength } from '@vitalseal/protocol';
import { codec, identity } from '@vitalseal/protocol/fields';

/** As it is, without CBOR around it. */
export const sensorCodeKey = {
  encode: (key: Bytes): Bytes => key,
  /** @throws ProtocolError `message-malformed` */
  decode(data: Bytes): Bytes {
    if (data.length === sensorCodeKeyLength) return data.slice();
    throw new ProtocolError('message-malformed', `expected the key of a code, ${sensorCodeKeyLength} bytes`);
  },
};

export const forgottenSensor = codec<Identity>(identity, 256);
