// The next request that the page has to carry, and its answer.

import { noBytes } from '@vitalseal/protocol';
import { toldPlace } from '../bodies/diary.ts';
import { pageAnswer, pageRequest } from '../bodies/page-request.ts';
import { classes, mhaInstructions } from '../instructions.ts';
import type { PageCarrier } from '../page/page-carrier.ts';
import type { MhaCommand } from './mha-command.ts';

/** Only a card without a way of its own to the hospital has these. */
export function pageCommands(page: PageCarrier): readonly MhaCommand[] {
  return [
    {
      cla: classes.proprietary,
      ins: mhaInstructions.tellPlace,
      parameters: 0,
      takes: 'data',
      async perform(data) {
        page.place = toldPlace.decode(data).location;
        return noBytes;
      },
    },
    {
      cla: classes.proprietary,
      ins: mhaInstructions.takeRequest,
      parameters: 0,
      takes: 'nothing',
      async perform() {
        const request = page.next();
        return request ? pageRequest.encode(request) : noBytes;
      },
    },
    {
      cla: classes.proprietary,
      ins: mhaInstructions.giveAnswer,
      parameters: 0,
      takes: 'data',
      async perform(data) {
        page.give(pageAnswer.decode(data));
        return noBytes;
      },
    },
  ];
}
