/** People, put together: how they sign in, what they may ask, and what is looked after every second. */
import { registersStaff } from '@vitalseal/certifying-authority';
import type { LogKeeper } from '../audit/log-keeper.ts';
import type { SignInHealth } from '../health/health.ts';
import { leafOf } from '../keys/hospital-keys.ts';
import { AuditExports } from '../people/audit-exports.ts';
import { OfficeDesk } from '../people/office-desk.ts';
import { PersonDesk } from '../people/person-desk.ts';
import { SessionDesk } from '../people/session-desk.ts';
import { SignInDesk } from '../sign-in/sign-in-desk.ts';
import type { HospitalCore } from './core.ts';
import type { HospitalOptions } from './hospital-options.ts';

export function desksOf(
  core: HospitalCore,
  { keys }: Pick<HospitalOptions, 'keys'>,
  keeper: LogKeeper,
): { readonly personDesk: PersonDesk; readonly signInDesk: SignInDesk } {
  const { sessions, party, staffRegistrar: registrar } = core;
  const { identity: hospital, anchors } = keys;
  const [root = new Uint8Array()] = anchors;
  const machineNow = Date.now;
  const { settings } = sessions;
  const signInDesk = new SignInDesk({ ...core, settings, hospital, root, registrar, now: machineNow });
  const { assertions } = signInDesk;
  const sessionDesk = new SessionDesk({ ...core, assertions, machineNow });
  const exports = new AuditExports(core.store, keeper);
  const officeDesk = new OfficeDesk({ ...core, exports, sessionDesk, hospital, root, party, machineNow });
  return { signInDesk, personDesk: new PersonDesk({ ...core, sessionDesk, officeDesk, machineNow }) };
}

/** Sessions that run out, are unused or were ended by a command; care teams that one changed; emergency access that is over. */
export async function lookAfterStaff({ sessions, feeds }: HospitalCore): Promise<void> {
  const changed = await sessions.look();
  if (changed) {
    await feeds.access.load();
    for (const what of ['people', 'sessions', 'care-teams'] as const) feeds.tellOffice(what);
  }
  feeds.rejudge();
}

export function signInHealth({ sessions, feeds, ward, live }: HospitalCore): SignInHealth {
  const { mode } = sessions.settings;
  const { seeing } = feeds;
  return {
    mode,
    ready: mode === 'links' || registersStaff(leafOf(live.current)),
    sessions: sessions.all.length,
    locked: sessions.all.filter(({ lockedAt }) => lockedAt !== null).length,
    seeing,
    warning: seeing.doctors === 0 && ward.onCall.doctors > 0 ? 'nobody-sees-alarms' : null,
  };
}
