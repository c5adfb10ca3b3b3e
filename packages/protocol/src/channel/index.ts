export { deriveChannel } from './derive.ts';
export { type OpenedRecord, type Opener, openOpener } from './opener.ts';
export { requireParties } from './parties.ts';
export { channelIdOf, maxRecordBytes, maxSequence } from './record.ts';
export { recordHash } from './record-hash.ts';
export { ReplayWindow } from './replay-window.ts';
export { openSealer, type SealedRecord, type Sealer } from './sealer.ts';
export {
  type ChannelSecrets,
  decodeChannelSecrets,
  encodeChannelSecrets,
  otherSide,
  type Side,
  type Step,
} from './secrets.ts';
export { SendCounter, type SendCounterOptions } from './send-counter.ts';
