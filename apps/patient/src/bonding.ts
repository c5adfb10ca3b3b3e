// Sensors that the patient adds by the code on them, and gives away: with the phone that runs, or its card at rest.

import { bytesToHex, formatIdentity, hexToBytes, type Identity, sensorCodeKey } from '@vitalseal/protocol';
import type { MhaClient } from '@vitalseal/secure-element/terminal';
import { askControl } from './control/control-socket.ts';
import { PatientError } from './errors.ts';

export interface Bonding {
  bondWithCode(key: MhaKey): Promise<void>;
  forgetSensor(sensor: Identity): Promise<void>;
}

type MhaKey = Parameters<MhaClient['bondWithCode']>[0];
/** Does an errand with the card of a phone that does not run. */
type AtRest = (errand: (mha: MhaClient) => Promise<void>) => Promise<void>;

/** @throws ProtocolError `sensor-code-malformed` @throws SecureElementError `bonds-full` */
export async function bondByCode(folder: string, code: string, atRest: AtRest): Promise<void> {
  // Before a PIN is asked for: whoever mistyped the code is told so at once.
  const key = await sensorCodeKey(code);
  if ((await askControl(folder, 'bond', bytesToHex(key))) !== undefined) return;
  await atRest((mha) => mha.bondWithCode(key));
}

/** @throws SecureElementError `peer-not-bonded` */
export async function unbond(folder: string, id: string, atRest: AtRest): Promise<void> {
  const sensor = sensorOf(id);
  if ((await askControl(folder, 'unbond', id)) !== undefined) return;
  await atRest((mha) => mha.forgetSensor(sensor));
}

/** What comes over the control socket. @returns undefined for another command */
export async function obeyBonding(phone: Bonding, command: string, argument: unknown): Promise<true | undefined> {
  if (command !== 'bond' && command !== 'unbond') return undefined;
  if (typeof argument !== 'string') throw new PatientError('patient-control-failed', 'expected a code or a sensor');
  if (command === 'bond') await phone.bondWithCode(hexToBytes(argument));
  else await phone.forgetSensor(sensorOf(argument));
  return true;
}

function sensorOf(id: string): Identity {
  const sensor: Identity = { role: 'sensor', id };
  formatIdentity(sensor);
  return sensor;
}
