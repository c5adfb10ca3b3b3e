// What messages are put together from, for those who define messages of their own beside the protocol's: the commands
// of the patient's card are written in the same CBOR, with the same strictness.

export * from './field.ts';
export { identity } from './identity.ts';
export { location } from './location.ts';
export { channelId, measurements, origin, sequence } from './reading.ts';
export { unsealedSensor } from './reading-source.ts';
export { type Codec, codec, optional, record, union } from './record.ts';
export { timestamp, utcMs } from './time.ts';
