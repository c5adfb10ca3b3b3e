// The phone's way to the hospital: HTTPS on TLS 1.3, one connection kept alive, its server certified by the root the
// patient was enrolled under and by no other. What it carries is sealed already; TLS hides who sends how much.

import type { IncomingMessage } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import { encodePem } from '@vitalseal/certifying-authority';
import { type Bytes, handshakeMediaType } from '@vitalseal/protocol';
import { PatientError } from '../errors.ts';

export interface HospitalClientOptions {
  /** Origin of the hospital's listener for devices. */
  readonly url: string;
  /** DER. */
  readonly root: Bytes;
  readonly timeoutMs?: number;
}

interface Answer {
  readonly status: number;
  readonly body: Bytes;
  readonly retryAfterMs: number;
}

const longestAnswer = 1 << 20;
const longestRetryAfterMs = 10 * 60_000;

export class HospitalClient {
  readonly #agent: Agent;
  readonly #url: URL;
  readonly #timeoutMs: number;

  /** @throws PatientError `patient-option-invalid` */
  constructor({ url, root, timeoutMs = 30_000 }: HospitalClientOptions) {
    if (!URL.canParse(url) || new URL(url).protocol !== 'https:') {
      throw new PatientError('patient-option-invalid', 'expected the hospital as https://host:port');
    }
    this.#url = new URL(url);
    this.#timeoutMs = timeoutMs;
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 1,
      ca: encodePem('CERTIFICATE', root),
      minVersion: 'TLSv1.3',
    });
  }

  /** One step of the handshake. @returns message_2, message_4, or an EDHOC error message for the element to read */
  async edhoc(body: Bytes, signal: AbortSignal): Promise<Bytes> {
    const answer = await this.#post('/edhoc', handshakeMediaType.request, body, signal);
    // A refusal of the handshake itself comes as an EDHOC error message, with 400 or 403.
    if (answer.status !== 200 && answer.status !== 400 && answer.status !== 403) throw refusal(answer);
    return answer.body;
  }

  /** A batch of sealed records. @returns the hospital's answer, for the element to read */
  async records(body: Bytes, signal: AbortSignal): Promise<Bytes> {
    const answer = await this.#post('/records', 'application/cbor', body, signal);
    if (answer.status !== 200) throw refusal(answer);
    return answer.body;
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(path: string, type: string, body: Bytes, signal: AbortSignal): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = requestHttps(new URL(path, this.#url), {
        method: 'POST',
        agent: this.#agent,
        headers: { 'content-type': type, 'content-length': body.length },
        signal,
        timeout: this.#timeoutMs,
      });
      const fail = (cause: unknown) => reject(unreachable(cause));
      request.once('timeout', () => request.destroy(new Error('no answer in time')));
      request.once('error', fail);
      request.once('response', (response) => {
        response.once('error', fail);
        collect(response).then(
          (collected) =>
            resolve({
              status: response.statusCode ?? 0,
              body: collected,
              retryAfterMs: retryAfterOf(response.headers['retry-after']),
            }),
          fail,
        );
      });
      request.end(body);
    });
  }
}

async function collect(response: IncomingMessage): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.length;
    if (length > longestAnswer) throw new Error('expected a shorter answer');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** Seconds only: a date would need the two clocks to agree. */
function retryAfterOf(header: string | undefined): number {
  const seconds = Number(header ?? 0);
  return seconds > 0 ? Math.min(seconds * 1000, longestRetryAfterMs) : 0;
}

function refusal({ status, retryAfterMs }: Answer): PatientError {
  if (status === 503 || status === 429) {
    return new PatientError('hospital-busy', 'expected the hospital to take records now', { retryAfterMs });
  }
  return new PatientError('hospital-refused', `expected the hospital to take the request, not status ${status}`, {
    retryAfterMs,
  });
}

const untrustedCodes = /^(?:ERR_TLS_|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA)/;

function unreachable(cause: unknown): PatientError {
  const code = cause instanceof Error ? (cause as { code?: unknown }).code : undefined;
  if (typeof code === 'string' && untrustedCodes.test(code)) {
    return new PatientError('hospital-untrusted', "expected a server certified by the authority's root", { cause });
  }
  return new PatientError('hospital-unreachable', 'expected the hospital to answer', { cause });
}
