// An element that has its certificate and its bonds, with a sensor and a hospital of the same authority around it.

import type { Bytes, Identity } from '@vitalseal/protocol';
import { SecureElement } from '../secure-element.ts';
import type { ElementSettings } from '../settings.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { memoryStorage } from '../storage/memory-storage.ts';
import { type CertifiedParty, CertifiedWorld } from './certified-world.ts';
import { InitiatingSensor } from './initiating-sensor.ts';
import { RespondingHospital, type RespondingHospitalOptions } from './responding-hospital.ts';

export const patientIdentity: Identity = { role: 'patient', id: 'patient-1' };
export const sensorIdentity: Identity = { role: 'sensor', id: 'sensor-1' };
export const hospitalIdentity: Identity = { role: 'hospital', id: 'hospital-1' };
export const testLocalKey: Bytes = new Uint8Array(32).fill(1);

export interface InService {
  readonly world: CertifiedWorld;
  readonly storage: ElementStorage;
  readonly element: SecureElement;
  readonly sensor: InitiatingSensor;
  readonly sensorParty: CertifiedParty;
  readonly hospitalParty: CertifiedParty;
  readonly hospital: RespondingHospital;
  /** UTC ms; the tests move it. */
  readonly clock: { at: number };
  readonly reopen: (settings?: Partial<ElementSettings>) => Promise<SecureElement>;
}

export interface InServiceOptions {
  /** UTC ms at which certificates are valid and the clock begins. */
  readonly at?: number;
  readonly storage?: ElementStorage;
  readonly settings?: Partial<ElementSettings>;
  readonly refuse?: NonNullable<RespondingHospitalOptions['refuse']>;
}

export async function elementInService(options: InServiceOptions = {}): Promise<InService> {
  const { storage = memoryStorage(), settings = {}, refuse, at = Date.UTC(2026, 0, 15, 12) } = options;
  const clock = { at };
  const now = () => clock.at;
  const world = await CertifiedWorld.make(clock.at);
  const element = await SecureElement.open({ storage, localKey: testLocalKey, settings });
  const chain = await world.certify(await element.generateKey(patientIdentity), patientIdentity);
  await element.installCertificates({ chain, anchors: [world.root], at: clock.at });
  await element.bond({ sensors: [sensorIdentity] });
  const sensorParty = await world.party(sensorIdentity);
  const party = await world.party(hospitalIdentity);
  return {
    world,
    storage,
    element,
    sensorParty,
    hospitalParty: party,
    sensor: new InitiatingSensor({ party: sensorParty, root: world.root, patient: patientIdentity, now }),
    hospital: new RespondingHospital({ party, root: world.root, now, ...(refuse && { refuse }) }),
    clock,
    reopen: (changed) => SecureElement.open({ storage, localKey: testLocalKey, settings: { ...settings, ...changed } }),
  };
}

export async function shakeHandsWithSensor({ element, sensor, clock }: InService): Promise<void> {
  await sensor.shakeHands((body) => element.answerSensorHandshake(body, clock.at));
}

export async function shakeHandsWithHospital(
  { hospital, clock }: Pick<InService, 'hospital' | 'clock'>,
  element: SecureElement,
): Promise<void> {
  const message2 = await hospital.edhoc(await element.startHospitalHandshake(clock.at));
  const message4 = await hospital.edhoc(await element.continueHospitalHandshake(message2));
  await element.finishHospitalHandshake(message4, clock.at);
}
