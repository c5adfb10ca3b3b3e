// What a patient types in.

import { decimal, mdc, mdcUnit } from '@vitalseal/protocol';

export const temperature = [{ code: mdc.bodyTemperature, unit: mdcUnit.degreesCelsius, value: decimal(381, -1) }];
