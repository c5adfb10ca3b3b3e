// Which devices the page may speak to: the person chooses each in the browser's own list, and the browser may remember it.

import { BleError } from '../errors.ts';

export interface DeviceChoice {
  /** UUIDs, or the names the browser knows: a device that advertises one of them is shown. */
  readonly offering: readonly string[];
  /** What the page may use of it beside. */
  readonly using?: readonly string[];
}

export type Bluetooth = typeof navigator.bluetooth;

/** `unsupported`: this browser has no Web Bluetooth; `off`: there is no adapter, or it is switched off. */
export async function bluetoothState(
  bluetooth: Bluetooth | undefined = ofBrowser(),
): Promise<'on' | 'off' | 'unsupported'> {
  if (!bluetooth) return 'unsupported';
  return (await bluetooth.getAvailability().catch(() => false)) ? 'on' : 'off';
}

/** @returns how to stop being told */
export function watchBluetooth(changed: () => void, bluetooth: Bluetooth | undefined = ofBrowser()): () => void {
  bluetooth?.addEventListener('availabilitychanged', changed);
  return () => bluetooth?.removeEventListener('availabilitychanged', changed);
}

/**
 * Opens the browser's list: only from a gesture of the person.
 * @returns nothing when the person chose none
 * @throws BleError `radio-unavailable`
 */
export async function chooseDevice(
  { offering, using = [] }: DeviceChoice,
  bluetooth: Bluetooth | undefined = ofBrowser(),
): Promise<BluetoothDevice | undefined> {
  if (!bluetooth) throw new BleError('radio-unavailable', 'expected a browser with Web Bluetooth');
  try {
    return await bluetooth.requestDevice({
      filters: offering.map((service) => ({ services: [service] })),
      optionalServices: [...offering, ...using],
    });
  } catch (cause) {
    // The person closed the list, or nothing was in range: the browser does not say which.
    if (cause instanceof DOMException && cause.name === 'NotFoundError') return undefined;
    throw new BleError('radio-unavailable', 'expected Bluetooth that is on, and allowed on this page', { cause });
  }
}

/** Chosen before, and still allowed; none where the browser forgets them with the page. */
export async function rememberedDevices(bluetooth: Bluetooth | undefined = ofBrowser()): Promise<BluetoothDevice[]> {
  if (!bluetooth || typeof bluetooth.getDevices !== 'function') return [];
  return bluetooth.getDevices().catch(() => []);
}

function ofBrowser(): Bluetooth | undefined {
  return 'bluetooth' in navigator ? navigator.bluetooth : undefined;
}
