// A card is lent a way to its hospital's administration and to nothing else, without its PIN: so that one whose PIN is
// blocked can be unblocked, and one that was found again can be unlocked, or ended.

import { setTimeout as wait } from 'node:timers/promises';
import { SecurityDomainClient } from '@vitalseal/secure-element/terminal';
import type { Card } from '@vitalseal/uicc';
import { PatientError } from '../errors.ts';
import { hospitalName, lookUp } from '../hospital/hospital-address.ts';
import { Terminal } from '../terminal/terminal.ts';
import { tellDomain } from './tell-domain.ts';

const lookEveryMs = 200;
const patienceMs = 60_000;

/**
 * One session, to its end.
 * @param hospital origin of its listener for devices
 * @returns scripts that were done in it
 * @throws PatientError `administration-unfinished`, `hospital-unreachable`, `card-gone`
 */
export async function beAdministered(card: Card, hospital: string): Promise<number> {
  const address = await lookUp(hospitalName(hospital));
  const terminal = new Terminal({ card, senses, prepare: (transmit) => tellDomain(transmit, address) });
  terminal.reachable.allow(address.text, address.port);
  try {
    await terminal.start();
    return await session(new SecurityDomainClient(terminal));
  } finally {
    await terminal.close();
  }
}

async function session(domain: SecurityDomainClient): Promise<number> {
  const { scripts: before } = await domain.standing();
  await domain.administer();
  const deadline = performance.now() + patienceMs;
  do {
    await wait(lookEveryMs);
    const { administration, scripts } = await domain.standing();
    if (administration.state === 'idle') return scripts - before;
  } while (performance.now() < deadline);
  throw new PatientError('administration-unfinished', 'expected the hospital to answer the card in time');
}

const senses = {
  timestamp: () => ({ utcMs: Date.now(), offsetMinutes: -new Date().getTimezoneOffset() }),
  location: () => undefined,
};
