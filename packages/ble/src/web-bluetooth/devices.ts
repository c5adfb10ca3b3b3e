// Which devices the page may speak to: the person chooses each in the browser's own list, and the browser may remember it.

import { BleError } from '../errors.ts';

export interface DeviceChoice {
  /** UUIDs, or the names the browser knows: a device that advertises one of them is shown. */
  readonly offering: readonly string[];
  /** What the page may use of it beside. */
  readonly using?: readonly string[];
}

export type Bluetooth = typeof navigator.bluetooth;

/**
 * `unsupported`: this browser has no Web Bluetooth; `forbidden`: its settings keep it from this page, or there is no adapter.
 * An adapter that is switched off counts as `on` (Web Bluetooth, 4.4): `connectDevice` finds that out.
 */
export async function bluetoothState(
  bluetooth: Bluetooth | undefined = ofBrowser(),
): Promise<'on' | 'forbidden' | 'unsupported'> {
  if (!bluetooth) return 'unsupported';
  return (await bluetooth.getAvailability().catch(() => false)) ? 'on' : 'forbidden';
}

/** Of an adapter that comes or goes, in a browser that tells: Chromium does not yet. @returns how to stop being told */
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
    // The person closed the list, nothing was in range, or Bluetooth is not allowed here: the browser does not say which.
    const isNone = cause instanceof DOMException && cause.name === 'NotFoundError';
    if (isNone && (await bluetoothState(bluetooth)) === 'on') return undefined;
    throw new BleError('radio-unavailable', 'expected Bluetooth that is on, and allowed on this page', { cause });
  }
}

/** Chosen before, and still allowed; none where the browser forgets them with the page. */
export async function rememberedDevices(bluetooth: Bluetooth | undefined = ofBrowser()): Promise<BluetoothDevice[]> {
  if (!bluetooth || typeof bluetooth.getDevices !== 'function') return [];
  return bluetooth.getDevices().catch(() => []);
}

/** The page may not use it any more until the person chooses it again. */
export async function forgetDevice(device: BluetoothDevice): Promise<void> {
  device.gatt?.disconnect();
  if (typeof device.forget === 'function') await device.forget().catch(() => {});
}

function ofBrowser(): Bluetooth | undefined {
  return 'bluetooth' in navigator ? navigator.bluetooth : undefined;
}
