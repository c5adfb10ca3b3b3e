// What the patient sees and types in. The PIN comes in front of these, on the same channel.

import { callBody, consentBody, diaryFrom, diaryPart } from '../bodies/diary.ts';
import { display } from '../bodies/display.ts';
import { countOfReadings } from '../bodies/duty.ts';
import { enteredReading, originOfEntered } from '../bodies/entered-reading.ts';
import { classes, dataObjects, mhaInstructions } from '../instructions.ts';
import { getData } from './data-object-command.ts';
import type { MhaCommand, MhaContext } from './mha-command.ts';

export const patientCommands: readonly MhaCommand[] = [
  getData(
    dataObjects.display,
    async ({ element }) => display.encode(await unlocked(element, () => element.display())),
    { patientOnly: true },
  ),
  {
    cla: classes.proprietary,
    ins: mhaInstructions.enterReading,
    parameters: 0,
    takes: 'data',
    patientOnly: true,
    async perform(data, { element, now, wake }) {
      const reading = enteredReading.decode(data);
      const origin = await unlocked(element, () => element.enterReading(reading, now().utcMs));
      wake();
      return originOfEntered.encode(origin);
    },
  },
  {
    cla: classes.proprietary,
    ins: mhaInstructions.readDiary,
    parameters: 0,
    takes: 'data',
    patientOnly: true,
    async perform(data, { element }) {
      const { from } = diaryFrom.decode(data);
      return diaryPart.encode(await unlocked(element, () => element.readDiary(from)));
    },
  },
  {
    cla: classes.proprietary,
    ins: mhaInstructions.callForHelp,
    parameters: 0,
    takes: 'data',
    patientOnly: true,
    async perform(data, { element, hurry }) {
      const { at } = callBody.decode(data);
      const origin = await unlocked(element, () => element.callForHelp(at));
      hurry();
      return originOfEntered.encode(origin);
    },
  },
  {
    cla: classes.proprietary,
    ins: mhaInstructions.changeConsent,
    parameters: 0,
    takes: 'data',
    patientOnly: true,
    async perform(data, { element, now, wake }) {
      const consent = consentBody.decode(data);
      const origin = await unlocked(element, () => element.changeConsent(consent, now()));
      wake();
      return originOfEntered.encode(origin);
    },
  },
  getData(dataObjects.consent, async ({ element }) => consentBody.encode(await element.consent())),
  {
    cla: classes.proprietary,
    ins: mhaInstructions.retryRefused,
    parameters: 0,
    takes: 'nothing',
    async perform(_, { element, wake }) {
      const readings = await element.retryRefused();
      wake();
      return countOfReadings.encode(readings);
    },
  },
];

/** For this one command: the next may come on another channel. */
async function unlocked<T>(element: MhaContext['element'], command: () => Promise<T>): Promise<T> {
  element.unlock();
  try {
    return await command();
  } finally {
    element.lock();
  }
}
