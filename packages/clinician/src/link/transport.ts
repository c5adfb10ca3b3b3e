// The paths of the hospital that a clinician's device speaks to. HTTP only carries: what may be believed is inside.
import { ClinicianError } from '../errors.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export type Fetch = typeof globalThis.fetch;

export interface Transport {
  /** Of the hospital's people listener, for example `http://127.0.0.1:8443/`. */
  readonly hospitalUrl: string;
  readonly fetch: Fetch;
}

export interface Post {
  readonly path: 'edhoc' | 'step3/stream' | 'step3/message' | 'attestation';
  readonly type: string;
  readonly body: Bytes;
  readonly signal?: AbortSignal;
}

/** Any answer at all, whatever its status. @throws ClinicianError `hospital-unreachable` */
export async function post({ hospitalUrl, fetch }: Transport, { path, type, body, signal }: Post): Promise<Response> {
  try {
    return await fetch(new URL(path, hospitalUrl), {
      method: 'POST',
      headers: { 'content-type': type },
      body,
      // Neither cookies nor caches have a part in this.
      credentials: 'omit',
      cache: 'no-store',
      ...(signal && { signal }),
    });
  } catch (cause) {
    throw new ClinicianError('hospital-unreachable', 'expected an answer from the hospital', { cause });
  }
}

export async function bodyOf(response: Response): Promise<Bytes> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (cause) {
    throw new ClinicianError('hospital-unreachable', 'expected the whole answer of the hospital', { cause });
  }
}

/** Overloaded, stopping, or its store is down: the same question is worth asking again. */
export const isTemporary = ({ status }: Response): boolean => status === 429 || status >= 500;
