// A channel of the benchmark's patient with the benchmark's hospital, under keys of the moment.
import { type ChannelSecrets, openSealer, randomBytes, type Sealer, SendCounter } from '@vitalseal/protocol';
import { hospital, patient } from './world.ts';

export interface BenchmarkChannel {
  readonly secrets: ChannelSecrets;
  readonly sealer: Sealer;
}

/** @param start first number that is sealed */
export async function benchmarkChannel({ start }: { readonly start: number }): Promise<BenchmarkChannel> {
  const secrets: ChannelSecrets = {
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
  };
  const counter = new SendCounter({ start, block: 1 << 20, reserve: () => undefined });
  return { secrets, sealer: await openSealer(secrets, 'initiator', counter) };
}
