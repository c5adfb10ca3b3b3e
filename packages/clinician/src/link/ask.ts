// One question to the hospital and its sealed answer, which names the question it answers.
import type { Result } from '@vitalseal/protocol';
import { ClinicianError } from '../errors.ts';
import type { Channel } from './channel.ts';
import type { OfEverySession, Said } from './language.ts';
import { bodyOf, isTemporary, post, type Transport } from './transport.ts';

export const recordMediaType = 'application/cose; cose-type="cose-encrypt0"';

/** @throws ClinicianError; `request-refused` is the hospital's own word, sealed */
export async function ask<Out extends Said, In extends Said>(
  transport: Transport,
  channel: Channel<Out, In>,
  message: Out | OfEverySession,
  signal?: AbortSignal,
): Promise<In> {
  const { sequence, bytes } = await channel.seal(message);
  const response = await post(transport, {
    path: 'step3/message',
    type: recordMediaType,
    body: bytes,
    ...(signal && { signal }),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw refusal(response);
  }
  const answer = await channel.openRecord(await bodyOf(response));
  if (!('to' in answer) || answer.to !== sequence) {
    throw new ClinicianError('message-not-understood', 'expected the answer to what was asked');
  }
  if (isResult(answer) && !answer.ok) {
    throw new ClinicianError('request-refused', `expected the hospital to accept a ${message.type}`, {
      cause: new RefusedRequest(answer.code),
    });
  }
  return answer;
}

function isResult(answer: Said): answer is Result {
  return answer.type === 'result';
}

/** What a status other than success means for the channel it came on. */
export function refusal(response: Response): ClinicianError {
  return isTemporary(response)
    ? new ClinicianError('hospital-busy', 'expected a hospital that has time')
    : new ClinicianError('channel-closed', 'expected a hospital that still has our channel');
}

/** The hospital's own code, as a cause. */
export class RefusedRequest extends Error {
  readonly code: string;

  constructor(code = 'unsaid') {
    super('the hospital gave its reason as a code');
    this.name = 'RefusedRequest';
    this.code = code;
  }
}
