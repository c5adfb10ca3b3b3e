// A recording's row as the rules want it.

import type { Values } from '@vitalseal/clinical';
import { consciousnessLevels } from '@vitalseal/clinical';
import type { RecordingRow } from '@vitalseal/recording';

export function rowValues(row: RecordingRow): Values {
  return {
    respiration: row.resp,
    spo2: row.spo2,
    oxygen: row.oxygen,
    systolic: row.sbp,
    diastolic: row.dbp,
    pulse: row.hr,
    consciousness: row.consciousness === undefined ? undefined : consciousnessLevels.indexOf(row.consciousness),
    temperature: row.temp,
  };
}
