/** Whom a command is about: one option for each role of staff. */
import { type Identity, staffRoles } from '@vitalseal/protocol';
import type { Command } from 'commander';
import { HospitalError } from '../../errors.ts';
import { identifier } from '../options.ts';

export interface WhichPerson {
  readonly doctor?: string;
  readonly ambulance?: string;
  readonly administrator?: string;
  readonly auditor?: string;
}

export function personOptions(command: Command): Command {
  return command
    .option('--doctor <id>', 'a doctor', identifier)
    .option('--ambulance <id>', 'an ambulance crew', identifier)
    .option('--administrator <id>', 'an administrator: people, sessions and devices, no readings', identifier)
    .option('--auditor <id>', 'an auditor: the audit log, and nothing else', identifier);
}

/** @throws HospitalError `invalid-option` */
export function personOf(which: WhichPerson): Identity {
  const named = staffRoles.flatMap((role) => {
    const id = which[role];
    return id === undefined ? [] : [{ role, id }];
  });
  const [person] = named;
  if (person === undefined || named.length > 1) {
    throw new HospitalError('invalid-option', 'expected one of --doctor, --ambulance, --administrator and --auditor');
  }
  return person;
}
