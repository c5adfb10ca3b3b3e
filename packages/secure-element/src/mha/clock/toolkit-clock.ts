// The card's clock over the toolkit: the terminal is asked as soon as there is one.

import type { DateTimeZone } from '@vitalseal/uicc';
import { SecureElementError } from '../../errors.ts';
import { expectPerformed } from '../../toolkit/performed.ts';
import type { ToolkitSession } from '../../toolkit/toolkit-session.ts';
import { CardClock, type CardClockOptions } from './card-clock.ts';

export function toolkitClock(
  session: ToolkitSession,
  options: Omit<CardClockOptions, 'ask'> & { readonly signal?: AbortSignal },
): CardClock {
  const clock = new CardClock({ ...options, ask: () => askTerminal(session) });
  const listener = { started: () => void clock.ask(), ended: () => clock.forget() };
  session.listen(listener, options.signal);
  // The program of the MHA may be another from one moment to the next, and its terminal the same.
  if (session.profile) void clock.ask();
  return clock;
}

/** @throws SecureElementError `toolkit-ended`, `terminal-refused` */
async function askTerminal(session: ToolkitSession): Promise<DateTimeZone> {
  const command = { type: 'provide-local-information', information: 'date-time-zone' } as const;
  const { dateTimeZone } = expectPerformed(await session.issue(command));
  if (!dateTimeZone) throw new SecureElementError('terminal-refused', 'expected date, time and zone of the terminal');
  return dateTimeZone;
}
