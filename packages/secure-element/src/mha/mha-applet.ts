// The MHA as an application of the card: commands as APDUs in front of the secure element. The PIN's own commands are the
// card's; until the PIN has been right once there is no element, and nothing here is done.

import { type Bytes, noBytes, type Timestamp } from '@vitalseal/protocol';
import {
  type CommandApdu,
  instructions,
  mhaAid,
  type ResponseApdu,
  statusResponse,
  statusWords,
} from '@vitalseal/uicc';
import type { Applet, AppletSession } from '../card/applet.ts';
import { SecureElementError } from '../errors.ts';
import type { SecureElement } from '../secure-element.ts';
import type { HospitalAddress } from './bodies/hospital-address.ts';
import { deliveryCommands } from './commands/delivery-commands.ts';
import type { MhaCommand } from './commands/mha-command.ts';
import { pageCommands } from './commands/page-commands.ts';
import { patientCommands } from './commands/patient-commands.ts';
import { personalisationCommands } from './commands/personalisation-commands.ts';
import { sensorCommands } from './commands/sensor-commands.ts';
import { classes, dataObjects } from './instructions.ts';
import type { PageCarrier } from './page/page-carrier.ts';
import { type Refused, refused, refusedOf, statusOf } from './refusal.ts';
import type { ReportQueue } from './reports/report-queue.ts';

export interface MhaAppletOptions {
  /** Undefined until the PIN was right. */
  readonly element: () => SecureElement | undefined;
  readonly patientPresent: (session: AppletSession) => boolean;
  readonly clock: { now(): Timestamp };
  readonly reports: ReportQueue;
  /** Where the card has no way of its own to the hospital. */
  readonly page?: PageCarrier;
  readonly putHospitalAddress?: (address: HospitalAddress) => void;
  /** Something may wait for the hospital. */
  readonly wake?: () => void;
  /** Something waits that cannot wait. */
  readonly hurry?: () => void;
  readonly reset?: () => Promise<void>;
}

const everyCardHas = [...sensorCommands, ...patientCommands, ...personalisationCommands, ...deliveryCommands];

export class MhaApplet implements Applet {
  readonly aid = mhaAid;
  readonly underPin = true;
  readonly #options: MhaAppletOptions;
  readonly #commands: readonly MhaCommand[];
  readonly #refusals = new WeakMap<AppletSession, Refused>();

  constructor(options: MhaAppletOptions) {
    this.#options = options;
    this.#commands = options.page ? [...everyCardHas, ...pageCommands(options.page)] : everyCardHas;
  }

  select(): Bytes {
    return noBytes;
  }

  async reset(): Promise<void> {
    await this.#options.reset?.();
  }

  overtaken(session: AppletSession): void {
    this.#refusals.delete(session);
  }

  async process(command: CommandApdu, session: AppletSession): Promise<ResponseApdu> {
    if (isLastRefusal(command)) return this.#lastRefusal(command, session);
    this.#refusals.delete(session);
    const found = find(this.#commands, command);
    if (typeof found === 'number') return statusResponse(found);
    try {
      return statusResponse(statusWords.ok, await this.#perform(found, command.data, session));
    } catch (error) {
      const why = refusedOf(error);
      if (!why) throw error;
      this.#refusals.set(session, why);
      // A store that fails is a fault of the card, and the card's layer is told.
      if (why.code.startsWith('storage-')) throw error;
      return statusResponse(statusOf(why));
    }
  }

  async #perform(command: MhaCommand, data: Bytes, session: AppletSession): Promise<Bytes> {
    const { element, patientPresent, clock, reports, putHospitalAddress, wake, hurry } = this.#options;
    const opened = element();
    const present = opened !== undefined && patientPresent(session);
    if (!opened || (command.patientOnly && !present)) {
      throw new SecureElementError('element-locked', 'expected the patient to unlock the element');
    }
    return command.perform(data, {
      element: opened,
      patientPresent: present,
      now: () => clock.now(),
      reports,
      putHospitalAddress: (address) => putHospitalAddress?.(address),
      wake: () => wake?.(),
      hurry: () => hurry?.(),
    });
  }

  #lastRefusal({ data }: CommandApdu, session: AppletSession): ResponseApdu {
    if (data.length > 0) return statusResponse(statusWords.wrongLength);
    const why = this.#refusals.get(session);
    return why ? statusResponse(statusWords.ok, refused.encode(why)) : statusResponse(statusWords.referenceNotFound);
  }
}

function isLastRefusal({ cla, ins, p1, p2 }: CommandApdu): boolean {
  return cla === classes.interindustry && ins === instructions.getData && ((p1 << 8) | p2) === dataObjects.lastRefusal;
}

/** @returns the command, or the status word of what there is none for */
function find(commands: readonly MhaCommand[], { cla, ins, p1, p2, data }: CommandApdu): MhaCommand | number {
  const ofInstruction = commands.filter((command) => command.ins === ins);
  if (ofInstruction.length === 0) return statusWords.instructionNotSupported;
  const ofClass = ofInstruction.filter((command) => command.cla === cla);
  if (ofClass.length === 0) return statusWords.classNotSupported;
  const found = ofClass.find(({ parameters }) => parameters === ((p1 << 8) | p2));
  if (!found) return isDataObject(ins) ? statusWords.referenceNotFound : statusWords.wrongParameters;
  const fits = found.takes === 'either' || (found.takes === 'data') === data.length > 0;
  return fits ? found : statusWords.wrongLength;
}

function isDataObject(ins: number): boolean {
  return ins === instructions.getData || ins === instructions.putData;
}
