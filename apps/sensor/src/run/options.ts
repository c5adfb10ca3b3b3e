// What `vitalseal sensor run` is told.

import { adapterForms, parseAdapterAddress } from '@vitalseal/ble/node';
import { formatIdentity, type Identity } from '@vitalseal/protocol';
import { parseScaledTime, type ScaledTime } from '@vitalseal/recording';
import { SensorError } from '../errors.ts';

export interface RunOptions {
  readonly data: string;
  readonly replay?: string;
  readonly script?: string;
  readonly simulate?: true;
  readonly every: string;
  readonly seed?: string;
  readonly controlPort?: string;
  readonly patient?: string;
  readonly patientId?: string;
  readonly to?: string;
  readonly ble?: string;
  readonly bleName: string;
  readonly bleSecured?: true;
  readonly battery?: string;
  readonly speed: string;
  readonly clock?: string;
  readonly mtu?: string;
}

/** One of the three, and one way to a phone. @throws SensorError `sensor-option-invalid` */
export function expectWhole({ replay, script, simulate, to, ble }: RunOptions): void {
  if ([replay, script, simulate].filter((source) => source !== undefined).length !== 1) {
    throw invalid('one of --replay, --script and --simulate');
  }
  if ((to === undefined) === (ble === undefined)) throw invalid('either --ble or --to');
}

export function askedClock({ clock, speed }: RunOptions): ScaledTime {
  if (clock !== undefined) return parseScaledTime(clock);
  const now = Date.now();
  return { origin: now, startedAt: now, speed: parseNumber(speed, 'a speed', 0.001, 1_000_000) };
}

/** One that a sensor can be found on. @throws BleError `radio-unavailable` for what is none */
export function expectAdapter(address: string): void {
  if (parseAdapterAddress(address).kind === 'bluez') throw invalid(`an adapter for itself: ${adapterForms.peripheral}`);
}

/** Of the Generic Access service's Device Name (Bluetooth Core, volume 3 part C, 12.1), in octets. */
const longestName = 248;

export function parseName(text: string): string {
  const octets = Buffer.byteLength(text);
  if (octets < 1 || octets > longestName) throw invalid(`a name of 1 to ${longestName} octets`);
  return text;
}

export function parsePatient(id: string): Identity {
  const patient: Identity = { role: 'patient', id };
  formatIdentity(patient);
  return patient;
}

export function parseAddress(text: string): { host: string; port: number } {
  const [, host, port] = /^\[?([^\]]+)\]?:(\d{1,5})$/.exec(text) ?? [];
  if (host === undefined || port === undefined) throw invalid('an address as host:port');
  return { host, port: parseNumber(port, 'a port', 1, 65535) };
}

export function parseNumber(text: string, what: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() === '' || !(number >= least && number <= most)) throw invalid(`${what} from ${least} to ${most}`);
  return number;
}

export function invalid(expected: string): SensorError {
  return new SensorError('sensor-option-invalid', `expected ${expected}`);
}
