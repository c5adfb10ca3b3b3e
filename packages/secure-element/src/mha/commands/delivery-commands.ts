// Step 2 as the phone sees it: where the hospital is, and what became of the readings.

import { hospitalAddress } from '../bodies/hospital-address.ts';
import { classes, dataObjects, mhaInstructions } from '../instructions.ts';
import { heardUntil, reportsCodec } from '../reports/report-codec.ts';
import { putData } from './data-object-command.ts';
import type { MhaCommand } from './mha-command.ts';

export const deliveryCommands: readonly MhaCommand[] = [
  putData(dataObjects.hospitalAddress, async (data, { putHospitalAddress, wake }) => {
    putHospitalAddress(hospitalAddress.decode(data));
    wake();
  }),
  {
    cla: classes.proprietary,
    ins: mhaInstructions.takeReports,
    parameters: 0,
    takes: 'either',
    async perform(data, { reports }) {
      return reportsCodec.encode(reports.handOut(data.length > 0 ? heardUntil.decode(data) : undefined));
    },
  },
];
