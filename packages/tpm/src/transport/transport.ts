// What lies between this client and a TPM: bytes of one command out, bytes of one response in.
import type { Bytes } from '@vitalseal/protocol';

export interface Transport {
  /** The other side is known to have gone; false says nothing. */
  readonly gone: boolean;
  /**
   * One command at a time. The promise may stay open for as long as the TPM does: the client bounds it, and closes the
   * transport when it gives up, because a late answer would be taken for the next one's.
   * @throws TpmError `tpm-unavailable` if the TPM is gone, `tpm-response-malformed`
   */
  exchange(command: Bytes): Promise<Bytes>;
  /** Ends whatever is waited for. Never throws. */
  close(): Promise<void>;
}
