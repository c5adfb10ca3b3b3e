// An application that is administered by the commands of its own applet, as the access rule master is.

import type { Bytes } from '@vitalseal/protocol';
import type { CommandApdu } from '@vitalseal/uicc';
import type { Applet } from '../card/index.ts';
import type { AdministeredApplication, Executed } from './administered-application.ts';

export class AppletCommands implements AdministeredApplication {
  readonly aid: Bytes;
  readonly #applet: Pick<Applet, 'aid' | 'process'>;
  /** No terminal's: channel 0 is open in any card. */
  readonly #session = { channel: 0 };

  /** @param applet as the hospital sees it: what it answers only to the hospital, it answers here */
  constructor(applet: Pick<Applet, 'aid' | 'process'>) {
    this.aid = applet.aid;
    this.#applet = applet;
  }

  repeatable(): boolean {
    return true;
  }

  async execute(command: CommandApdu): Promise<Executed> {
    return { response: await this.#applet.process(command, this.#session) };
  }
}
