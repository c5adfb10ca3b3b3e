// GET DATA and PUT DATA (ISO/IEC 7816-4 section 11.4) of one data object.

import { type Bytes, noBytes } from '@vitalseal/protocol';
import { instructions } from '@vitalseal/uicc';
import { classes } from '../instructions.ts';
import type { MhaCommand, MhaContext } from './mha-command.ts';

interface ForWhom {
  readonly patientOnly?: boolean;
}

export function getData(tag: number, get: (context: MhaContext) => Promise<Bytes>, forWhom: ForWhom = {}): MhaCommand {
  return {
    cla: classes.interindustry,
    ins: instructions.getData,
    parameters: tag,
    takes: 'nothing',
    ...forWhom,
    perform: (_, context) => get(context),
  };
}

export function putData(
  tag: number,
  put: (data: Bytes, context: MhaContext) => Promise<void>,
  forWhom: ForWhom = {},
): MhaCommand {
  return {
    cla: classes.interindustry,
    ins: instructions.putData,
    parameters: tag,
    takes: 'data',
    ...forWhom,
    async perform(data, context) {
      await put(data, context);
      return noBytes;
    },
  };
}
