// How long the sample reading is when it is sealed for the hospital, with place and drift, as the card seals it.
import { encodeStep2Message, openSealer, randomBytes, SendCounter } from '@vitalseal/protocol';
import { sampleMessage } from '../measure/sample-message.ts';
import { hospital, patient } from './world.ts';

export async function sealedBytes(): Promise<number> {
  const secrets = {
    id: randomBytes(8),
    step: 2,
    epoch: 0,
    initiator: patient,
    responder: hospital,
    initiatorKey: randomBytes(32),
    initiatorIv: randomBytes(12),
    responderKey: randomBytes(32),
    responderIv: randomBytes(12),
    wrappingKey: randomBytes(32),
  } as const;
  const counter = new SendCounter({ start: 300, block: 1 << 20, reserve: () => undefined });
  const sealer = await openSealer(secrets, 'initiator', counter);
  const message = sampleMessage({ patient, hospital, channel: secrets.id }, 300, Date.now());
  return (await sealer.seal(encodeStep2Message(message))).bytes.length;
}
