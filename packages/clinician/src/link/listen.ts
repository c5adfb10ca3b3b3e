// The live feed of one channel: subscribe, then records and heartbeats until it ends. Silence is an end too: the hospital
// beats every ten seconds, and a connection that is open but dead is the most dangerous kind.
import type { Bytes } from '@vitalseal/protocol';
import { ClinicianError } from '../errors.ts';
import { recordMediaType, refusal } from './ask.ts';
import type { Channel } from './channel.ts';
import type { Said } from './language.ts';
import { RecordSequence } from './record-sequence.ts';
import { post, type Transport } from './transport.ts';

export interface Listening<Out extends Said, In extends Said> {
  readonly transport: Transport;
  readonly channel: Channel<Out, In>;
  /** T_H of what is already known. */
  readonly since?: number;
  /** Longer than this without a byte, and the feed is dead. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
}

/** Each record as it came, null for a heartbeat. @throws ClinicianError when the feed ends, for whatever reason */
export async function* listen<Out extends Said, In extends Said>({
  transport,
  channel,
  since,
  silenceMs,
  signal,
}: Listening<Out, In>): AsyncGenerator<Bytes | null> {
  const silence = new AbortController();
  const either = AbortSignal.any([signal, silence.signal]);
  let timer = setTimeout(() => silence.abort(), silenceMs);
  try {
    const { bytes } = await channel.seal({ type: 'subscribe', ...(since !== undefined && { since }) });
    const response = await post(transport, {
      path: 'step3/stream',
      type: recordMediaType,
      body: bytes,
      signal: either,
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw refusal(response);
    }
    const sequence = new RecordSequence();
    // A reader, not `for await`: Safari's streams are not iterable.
    const reader = response.body.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), silenceMs);
      yield* sequence.push(read.value);
    }
    throw new ClinicianError('stream-ended', 'expected a feed without end', {
      cause: sequence.atBoundary ? undefined : 'cut within a record',
    });
  } catch (error) {
    if (silence.signal.aborted) throw new ClinicianError('stream-silent', 'expected a heartbeat', { cause: error });
    if (error instanceof ClinicianError) throw error;
    throw new ClinicianError('stream-ended', 'expected a feed without end', { cause: error });
  } finally {
    clearTimeout(timer);
    // Lets the connection go where the caller stopped listening.
    silence.abort();
  }
}
