// Where a TPM is, as an operator writes it.
import { TpmError } from '../errors.ts';

export type TpmAddress =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'device'; readonly path: string };

/**
 * @param text `swtpm:/path/to/socket`, `tcp:host:port`, or a character device such as `/dev/tpmrm0`
 * @throws TpmError `tpm-address-malformed`
 */
export function parseTpmAddress(text: string): TpmAddress {
  const [, unix] = /^swtpm:(\/.+)$/.exec(text) ?? [];
  if (unix !== undefined) return { kind: 'unix', path: unix };
  const [, host, digits] = /^tcp:(.+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host !== undefined && port > 0 && port < 0x10000) {
    return { kind: 'tcp', host: host.replace(/^\[(.*)\]$/, '$1'), port };
  }
  if (text.startsWith('/')) return { kind: 'device', path: text };
  throw new TpmError(
    'tpm-address-malformed',
    'expected the address of a TPM: swtpm:/path/to/socket, tcp:host:port, or a device such as /dev/tpmrm0',
  );
}
