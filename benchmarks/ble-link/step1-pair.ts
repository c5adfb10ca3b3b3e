// Step 1 at both ends of the link, and the same bytes with no sealing.
import {
  type Bytes,
  type ChannelSecrets,
  decodeStep1Message,
  encodeAcknowledgement,
  encodeStep1Message,
  openOpener,
  openSealer,
  ReplayWindow,
  randomBytes,
  recordHash,
  SendCounter,
} from '@vitalseal/protocol';
import { sampleMeasurements } from '../measure/sample-message.ts';

export interface EndsOfStep1 {
  /** At the sensor. */
  record(sequence: number): Promise<Bytes>;
  /** At the secure element. @returns what answers it */
  take(record: Bytes): Promise<Bytes>;
}

const sensor = { role: 'sensor', id: 's-017' } as const;
const patient = { role: 'patient', id: 'p-017' } as const;

export async function sealedEnds(): Promise<EndsOfStep1> {
  const secrets: ChannelSecrets = {
    id: randomBytes(8),
    step: 1,
    epoch: 0,
    initiator: sensor,
    responder: patient,
    initiatorKey: randomBytes(32),
    initiatorIv: randomBytes(12),
    responderKey: randomBytes(32),
    responderIv: randomBytes(12),
    wrappingKey: randomBytes(32),
  };
  const counter = () => new SendCounter({ start: 0, block: 1 << 20, reserve: () => undefined });
  const sealer = await openSealer(secrets, 'initiator', counter());
  const answers = await openSealer(secrets, 'responder', counter());
  const opener = await openOpener(secrets, 'responder');
  const window = ReplayWindow.empty();
  return {
    async record(sequence) {
      const { bytes } = await sealer.seal(encodeStep1Message(message(sequence)));
      return bytes;
    },
    async take(record) {
      const { sequence, payload } = await opener.open(record);
      window.accept(sequence);
      decodeStep1Message(payload);
      const result = { sequence, recordHash: await recordHash(record), outcome: 'stored' } as const;
      const acknowledgement = encodeAcknowledgement({ channel: secrets.id, at: timeOf(sequence), results: [result] });
      const { bytes } = await answers.seal(acknowledgement);
      return bytes;
    },
  };
}

/** @param like whose messages these are as long as */
export async function unsealedEnds(like: EndsOfStep1): Promise<EndsOfStep1> {
  const record = await like.record(0);
  const answer = await like.take(record);
  return { record: async () => record.slice(), take: async () => answer.slice() };
}

const timeOf = (sequence: number) => ({ utcMs: 1_790_000_000_000 + sequence * 1000, offsetMinutes: 60 });

function message(sequence: number) {
  return {
    sender: sensor,
    recipient: patient,
    sentAt: timeOf(sequence),
    measuredAt: timeOf(sequence),
    measurements: sampleMeasurements(sequence),
  };
}
