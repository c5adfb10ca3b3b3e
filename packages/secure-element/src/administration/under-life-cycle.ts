// An applet whose life the security domain rules (GlobalPlatform Card Specification chapter 5): locked, it is not there
// to be selected, and a selection that is open answers nothing more; terminated, for good.

import { type CommandApdu, type ResponseApdu, statusResponse, statusWords } from '@vitalseal/uicc';
import type { Applet, AppletSession } from '../card/index.ts';
import { mhaLifeCycle } from './domain-state.ts';
import type { SecurityDomain } from './security-domain.ts';

export function underLifeCycle(applet: Applet, domain: SecurityDomain): Applet {
  const lives = () => !domain.state.locked && domain.state.card !== 'terminated';
  return {
    aid: applet.aid,
    // Neither is the PIN of an applet that is locked a way in, nor can a terminated one be given a first PIN.
    get underPin() {
      return lives() && applet.underPin === true;
    },
    selectable: async () => lives() && (await applet.selectable?.()) !== false,
    select: () => applet.select(),
    process: async (command: CommandApdu, session: AppletSession): Promise<ResponseApdu> => {
      if (lives()) return await applet.process(command, session);
      const terminated = mhaLifeCycle(domain.state) === 'terminated';
      return statusResponse(terminated ? statusWords.terminated : statusWords.conditionsNotSatisfied);
    },
    overtaken: (session: AppletSession) => applet.overtaken?.(session),
    reset: () => applet.reset?.(),
  };
}
