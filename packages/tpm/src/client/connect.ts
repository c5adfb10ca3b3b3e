// From an address to a TPM that can be worked with: waiting for it is bounded, and what a program that died has left in it is
// flushed, since a TPM has room for three keys and three sessions.
import { flush, listHandles, readProperty, startup } from '../commands/lifecycle.ts';
import { TpmError } from '../errors.ts';
import { handleRange, property } from '../structures/constants.ts';
import { openTransport } from '../transport/open-transport.ts';
import { Tpm, type TpmLimits } from './tpm.ts';

export interface ConnectOptions {
  /** How long to wait for a TPM that somebody else is using, ms. */
  readonly waitMs?: number;
  readonly limits?: Partial<TpmLimits>;
}

const defaultWaitMs = 15_000;

/**
 * @param address `swtpm:/path/to/socket`, `tcp:host:port`, or a device such as `/dev/tpmrm0`
 * @throws TpmError `tpm-unavailable`, `tpm-busy`, and as commands do
 */
export async function connectTpm(
  address: string,
  { waitMs = defaultWaitMs, limits = {} }: ConnectOptions = {},
): Promise<Tpm> {
  const tpm = new Tpm(await openTransport(address, waitMs), limits);
  try {
    await firstAnswer(tpm, waitMs);
    await flushLeaked(tpm);
    return tpm;
  } catch (error) {
    await tpm.close();
    throw error;
  }
}

/** An emulator serves one client, and leaves the next one waiting for an answer. */
async function firstAnswer(tpm: Tpm, waitMs: number): Promise<void> {
  try {
    await readProperty(tpm, property.manufacturer, waitMs);
  } catch (error) {
    if (!(error instanceof TpmError)) throw error;
    if (error.code === 'tpm-timeout') {
      throw new TpmError('tpm-busy', `expected the TPM to become free within ${waitMs} ms`, { cause: error });
    }
    if (error.rc !== 'TPM_RC_INITIALIZE') throw error;
    await startup(tpm);
  }
}

async function flushLeaked(tpm: Tpm): Promise<void> {
  for (const range of [handleRange.transient, handleRange.loadedSession, handleRange.savedSession]) {
    for (const handle of await listHandles(tpm, range)) {
      await flush(tpm, handle).catch((error: unknown) => {
        // Through a resource manager another program's objects may be listed; they are not ours to end.
        if (!(error instanceof TpmError && error.code === 'tpm-refused')) throw error;
      });
    }
  }
}
