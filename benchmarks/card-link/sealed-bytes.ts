// How long the sample reading is when it is sealed for the hospital, with place and drift, as the card seals it.
import { encodeStep2Message } from '@vitalseal/protocol';
import { sampleMessage } from '../measure/sample-message.ts';
import { benchmarkChannel } from './benchmark-channel.ts';
import { hospital, patient } from './world.ts';

export async function sealedBytes(): Promise<number> {
  const { secrets, sealer } = await benchmarkChannel({ start: 300 });
  const message = sampleMessage({ patient, hospital, channel: secrets.id }, 300, Date.now());
  return (await sealer.seal(encodeStep2Message(message))).bytes.length;
}
