// The phone without screens, for tests that drive it through `globalThis.phone`. No build of the app contains it.

import { RunningPhone } from '../running-phone.ts';
import { LinkFromOutside, type PhoneSaid } from './link-from-outside.ts';

export const phone = new RunningPhone({ name: 'vitalseal-card', base: import.meta.env.BASE_URL });
phone.start();

/** A sensor of the test's own, whose messages come and go by calls. @param phoneSaid name of a function of the test's */
function linkSensor(phoneSaid: string): LinkFromOutside {
  const tell = (globalThis as unknown as Record<string, PhoneSaid | undefined>)[phoneSaid];
  if (!tell) throw new Error('expected a function of the test');
  const link = new LinkFromOutside(tell);
  phone.linkSensor(link);
  return link;
}

Object.assign(globalThis, { phone, linkSensor });
