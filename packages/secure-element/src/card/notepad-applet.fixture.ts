// An applet small enough to see the card's layer through: it keeps what it is given, and gives it back.

import { type Bytes, noBytes } from '@vitalseal/protocol';
import { type CommandApdu, type ResponseApdu, statusResponse, statusWords } from '@vitalseal/uicc';
import type { Applet, AppletSession } from './applet.ts';

/** 80 30 keeps the data, 80 32 gives it back, 80 34 does so for this session alone, 80 36 fails. */
export class NotepadApplet implements Applet {
  readonly aid: Bytes;
  readonly underPin: boolean;
  locked = false;
  resets = 0;
  /** What happens while a command is being done. */
  during: (() => Promise<void>) | undefined;
  note: Bytes = noBytes;
  /** Each command as it was handed on. */
  readonly processed: CommandApdu[] = [];
  readonly #sessionNotes = new WeakMap<AppletSession, Bytes>();

  constructor(aid: Bytes, underPin = false) {
    this.aid = aid;
    this.underPin = underPin;
  }

  selectable(): boolean {
    return !this.locked;
  }

  select(): Bytes {
    return Uint8Array.of(0x80, 0x01, this.aid.at(-1) ?? 0);
  }

  async process(command: CommandApdu, session: AppletSession): Promise<ResponseApdu> {
    this.processed.push(command);
    await this.during?.();
    switch ((command.cla << 8) | command.ins) {
      case 0x8030:
        this.note = command.data;
        return statusResponse(statusWords.ok);
      case 0x8032:
        return statusResponse(statusWords.ok, this.note);
      case 0x8034: {
        const before = this.#sessionNotes.get(session) ?? noBytes;
        if (command.data.length > 0) this.#sessionNotes.set(session, command.data);
        return statusResponse(statusWords.ok, before);
      }
      case 0x8036:
        throw new Error('a fault of the applet');
      default:
        return statusResponse(statusWords.instructionNotSupported);
    }
  }

  reset(): void {
    this.resets += 1;
  }
}
