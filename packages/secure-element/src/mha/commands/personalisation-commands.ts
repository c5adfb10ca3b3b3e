// Keys, certificates and bonds as the patient's phone brings them; the hospital's own way over the air is another
// application's. Whoever holds the phone may renew what is there. Whom the card trusts is the patient's to say, once.

import { noBytes } from '@vitalseal/protocol';
import { instructions } from '@vitalseal/uicc';
import { SecureElementError } from '../../errors.ts';
import { bonds, certificateSet, owner, renewal } from '../bodies/certificates.ts';
import { forgottenSensor, sensorCodeKey } from '../bodies/sensor-code.ts';
import { classes, dataObjects, mhaInstructions } from '../instructions.ts';
import { getData, putData } from './data-object-command.ts';
import type { MhaCommand, MhaContext } from './mha-command.ts';

const patientOnly = true;

export const personalisationCommands: readonly MhaCommand[] = [
  {
    cla: classes.interindustry,
    ins: instructions.generateAsymmetricKeyPair,
    parameters: 0,
    takes: 'data',
    patientOnly,
    perform: (data, { element }) => element.generateKey(owner.decode(data)),
  },
  getData(dataObjects.certificates, async ({ element }) => certificateSet.encode(await element.certificates())),
  putData(dataObjects.certificates, async (data, context) => {
    const set = certificateSet.decode(data);
    await expectMayTrust(context);
    await context.element.installCertificates({ ...set, at: context.now().utcMs });
  }),
  getData(dataObjects.revocationList, async ({ element }) => (await element.revocationList()) ?? new Uint8Array(0)),
  putData(dataObjects.revocationList, (data, { element }) => element.installRevocationList(data)),
  getData(dataObjects.renewal, async ({ element }) => renewal.encode(await element.signRenewal())),
  putData(dataObjects.bonds, (data, { element }) => element.bond(bonds.decode(data)), { patientOnly }),
  {
    cla: classes.proprietary,
    ins: mhaInstructions.bondWithCode,
    parameters: 0,
    takes: 'either',
    patientOnly,
    async perform(data, { element }) {
      if (data.length === 0) await element.forgetCodes();
      else await element.bondWithCode(sensorCodeKey.decode(data));
      return noBytes;
    },
  },
  {
    cla: classes.proprietary,
    ins: mhaInstructions.forgetSensor,
    parameters: 0,
    takes: 'data',
    patientOnly,
    async perform(data, { element }) {
      await element.forgetSensor(forgottenSensor.decode(data));
      return noBytes;
    },
  },
];

/** The first trust anchors are the patient's to bring; the element takes no others after them. */
async function expectMayTrust({ element, patientPresent }: MhaContext): Promise<void> {
  if (patientPresent || (await isPersonalised(element))) return;
  throw new SecureElementError('element-locked', 'expected the patient to unlock the element');
}

async function isPersonalised(element: MhaContext['element']): Promise<boolean> {
  try {
    await element.certificates();
    return true;
  } catch (error) {
    if (error instanceof SecureElementError && error.code === 'element-not-personalised') return false;
    throw error;
  }
}
