// Step 1: what a sensor says goes in as it came, and what comes out is for the sensor; and in its place a reading of a
// sensor that knows nothing of step 1.

import { duty } from '../bodies/duty.ts';
import { originOfEntered } from '../bodies/entered-reading.ts';
import { sensorRecords } from '../bodies/sensor-records.ts';
import { standardReading } from '../bodies/standard-reading.ts';
import { classes, dataObjects, mhaInstructions } from '../instructions.ts';
import { getData } from './data-object-command.ts';
import type { MhaCommand } from './mha-command.ts';

export const sensorCommands: readonly MhaCommand[] = [
  {
    cla: classes.proprietary,
    ins: mhaInstructions.answerSensorHandshake,
    parameters: 0,
    takes: 'data',
    perform: (body, { element, now }) => element.answerSensorHandshake(body, now().utcMs),
  },
  {
    cla: classes.proprietary,
    ins: mhaInstructions.takeSensorRecords,
    parameters: 0,
    takes: 'data',
    async perform(data, { element, now, wake }) {
      const answer = await element.takeSensorRecords(sensorRecords.decode(data), now());
      wake();
      return answer;
    },
  },
  {
    cla: classes.proprietary,
    ins: mhaInstructions.takeStandardReading,
    parameters: 0,
    takes: 'data',
    async perform(data, { element, now, wake }) {
      const origin = await element.takeStandardReading(standardReading.decode(data), now().utcMs);
      wake();
      return originOfEntered.encode(origin);
    },
  },
  getData(dataObjects.duty, async ({ element, now }) => duty.encode(await element.duty(now().utcMs))),
];
