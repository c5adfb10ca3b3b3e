// How an adapter is named on the command line.

import { BleError } from '../errors.ts';

export type AdapterAddress =
  /** An H4 stream on a Unix socket: an emulated controller, or a real one that a program hands out. */
  | { readonly kind: 'socket'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** A controller on a serial line, as on most boards with a radio of their own. */
  | { readonly kind: 'uart'; readonly path: string; readonly baud: number }
  /** An adapter of the kernel's that nobody uses, taken for oneself. */
  | { readonly kind: 'user-channel'; readonly adapter: string }
  /** An adapter that the system's bluetoothd owns. */
  | { readonly kind: 'bluez'; readonly adapter: string };

const defaultBaud = 115_200;

const forms =
  'hci0 (of the kernel, for itself), h4:/path/to.sock, h4:host:port, or a serial line as /dev/ttyACM0 or /dev/ttyAMA0@921600';

/** What `parseAdapterAddress` takes, for a person. Only our own host stack can be a sensor. */
export const adapterForms = {
  central: `bluez:hci0 (beside bluetoothd), ${forms}`,
  peripheral: forms,
} as const;

/** `h4:/path/to.sock`, `h4:host:port`, `/dev/ttyACM0`, `/dev/ttyAMA0@921600`, `hci0`, `bluez:hci0`. @throws BleError `radio-unavailable` */
export function parseAdapterAddress(text: string): AdapterAddress {
  const bluez = /^bluez:(hci[0-9]{1,3})$/.exec(text)?.[1];
  if (bluez !== undefined) return { kind: 'bluez', adapter: bluez };
  const channel = /^hci([0-9]{1,3})$/.exec(text)?.[1];
  if (channel !== undefined) return { kind: 'user-channel', adapter: channel };
  const socket = /^h4:(\/.+)$/.exec(text)?.[1];
  if (socket !== undefined) return { kind: 'socket', path: socket };
  const tcp = /^h4:(?:\[([0-9A-Fa-f:.]+)\]|([^:/[\]]+)):([0-9]{1,5})$/.exec(text);
  const host = tcp?.[1] ?? tcp?.[2];
  const port = Number(tcp?.[3]);
  if (host !== undefined && port >= 1 && port <= 65_535) return { kind: 'tcp', host, port };
  const uart = /^(\/dev\/[^@]+)(?:@([0-9]{3,8}))?$/.exec(text);
  if (uart?.[1] !== undefined) {
    return { kind: 'uart', path: uart[1], baud: uart[2] === undefined ? defaultBaud : Number(uart[2]) };
  }
  throw new BleError('radio-unavailable', `expected an adapter as ${adapterForms.central}`);
}
