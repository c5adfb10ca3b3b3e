// The health services that are read, and what each of them says by itself once it is subscribed to.

import { characteristicUuid } from './characteristics.ts';
import { assignedUuid } from './uuid.ts';

export const serviceUuid = {
  glucose: assignedUuid(0x1808),
  thermometer: assignedUuid(0x1809),
  heartRate: assignedUuid(0x180d),
  bloodPressure: assignedUuid(0x1810),
  weightScale: assignedUuid(0x181d),
  pulseOximeter: assignedUuid(0x1822),
} as const;

export const batteryService = assignedUuid(0x180f);

/** What a phone looks for when it looks for standard sensors. */
export const standardServices: readonly string[] = Object.values(serviceUuid);

/** What a browser has to be asked for beside `standardServices`: battery, and the sensor's clock. */
export const furtherServices: readonly string[] = [batteryService, assignedUuid(0x1805)];

export interface StandardStream {
  readonly service: string;
  readonly characteristic: string;
  /** By indications: the sensor keeps a value until it is confirmed. */
  readonly indicated?: boolean;
}

/** Glucose is not among them: a meter says nothing until it is asked for what it has stored. */
export const standardStreams: readonly StandardStream[] = [
  { service: serviceUuid.heartRate, characteristic: characteristicUuid.heartRate },
  { service: serviceUuid.thermometer, characteristic: characteristicUuid.temperature, indicated: true },
  { service: serviceUuid.bloodPressure, characteristic: characteristicUuid.bloodPressure, indicated: true },
  { service: serviceUuid.pulseOximeter, characteristic: characteristicUuid.pulseOximeterContinuous },
  { service: serviceUuid.pulseOximeter, characteristic: characteristicUuid.pulseOximeterSpotCheck, indicated: true },
  { service: serviceUuid.weightScale, characteristic: characteristicUuid.weight, indicated: true },
];
