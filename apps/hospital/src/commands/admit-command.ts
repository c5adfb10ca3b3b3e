// vitalseal hospital admit, discharge
import { readFileSync } from 'node:fs';
import { parsePolicy } from '@vitalseal/clinical';
import { Command } from 'commander';
import { operator, patientName } from '../audit/acts.ts';
import { HospitalError } from '../errors.ts';
import { databaseOption, dataOption, identifier } from './options.ts';
import { writeLines } from './output.ts';
import { rosterChanged, type StorePlace, withStore } from './with-store.ts';

interface AdmitOptions extends StorePlace {
  patient: string;
  name?: string;
  bed: string;
  policy?: string;
}

export function admitCommand(): Command {
  return new Command('admit')
    .summary('take a patient under care, or change their particulars')
    .addOption(dataOption())
    .addOption(databaseOption())
    .requiredOption('--patient <id>', "identity in the patient's certificate", identifier)
    .option('--name <name>', 'how the ward calls them (default: the identity)')
    .option('--bed <bed>', 'bed, room or address', '')
    .option('--policy <file>', 'JSON of an alarm policy (default: the one of docs/clinical.md)')
    .action(async ({ patient, name = patient, bed, policy, ...place }: AdmitOptions) => {
      if (name.length > 256 || bed.length > 64) {
        throw new HospitalError('invalid-option', 'expected a name of at most 256 and a bed of at most 64 characters');
      }
      const json = policy === undefined ? null : readPolicy(policy);
      await withStore(place, async (store) => {
        await store.transaction(async (db) => {
          await store.patients.admit({ identity: patient, name, bed, policy: json, at: Date.now() }, db);
          await rosterChanged(store, db);
          const what = { policy: json === null ? 'default' : 'own' };
          store.audit.append(db, { kind: 'patient-admitted', actor: operator(), patient: patientName(patient), what });
        });
      });
      writeLines(`The patient "${patient}" is under care.`);
    });
}

export function dischargeCommand(): Command {
  return new Command('discharge')
    .summary('take no more readings of a patient; what is stored stays')
    .addOption(dataOption())
    .addOption(databaseOption())
    .requiredOption('--patient <id>', 'identity of the patient', identifier)
    .action(async ({ patient, ...place }: StorePlace & { patient: string }) => {
      const known = await withStore(place, (store) =>
        store.transaction(async (db) => {
          const discharged = await store.patients.discharge(patient, Date.now(), db);
          if (!discharged) return false;
          await rosterChanged(store, db);
          store.audit.append(db, { kind: 'patient-discharged', actor: operator(), patient: patientName(patient) });
          return true;
        }),
      );
      if (!known) throw new HospitalError('unknown-patient', 'expected a patient under care');
      writeLines(`The patient "${patient}" is discharged.`);
    });
}

/** Refused here, with the reason, if it could not be evaluated later. */
function readPolicy(file: string): string {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new HospitalError('invalid-file', `expected JSON of a policy in ${file}`, { cause });
  }
  parsePolicy(json);
  return JSON.stringify(json);
}
