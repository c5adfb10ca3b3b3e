// How a vital sign is called and written for a clinician: one place for both pages.
import type { Vital } from '@vitalseal/clinical';

export interface VitalName {
  readonly name: string;
  readonly short: string;
  readonly unit: string;
  readonly decimals: number;
}

export const vitalNames: Record<Vital, VitalName> = {
  respiration: { name: 'Respiration', short: 'RR', unit: '/min', decimals: 0 },
  spo2: { name: 'Oxygen saturation', short: 'SpO₂', unit: '%', decimals: 0 },
  oxygen: { name: 'Air or oxygen', short: 'O₂', unit: '', decimals: 0 },
  systolic: { name: 'Systolic pressure', short: 'SBP', unit: 'mmHg', decimals: 0 },
  diastolic: { name: 'Diastolic pressure', short: 'DBP', unit: 'mmHg', decimals: 0 },
  pulse: { name: 'Pulse', short: 'Pulse', unit: '/min', decimals: 0 },
  consciousness: { name: 'Consciousness', short: 'ACVPU', unit: '', decimals: 0 },
  temperature: { name: 'Temperature', short: 'Temp', unit: '°C', decimals: 1 },
};

const levels = ['Alert', 'Confused', 'Voice', 'Pain', 'Unresponsive'];

/** Any point inside the normal band, by SpO2 scale where it matters. */
const normalCentres: Partial<Record<Vital, number>> = {
  respiration: 16,
  spo2: 98,
  systolic: 165,
  pulse: 70,
  temperature: 37,
};
const spo2CentreOnScale2 = 90;

export function valueInWords(vital: Vital, value: number, scale: 1 | 2 = 1): string {
  if (vital === 'oxygen') return value > 0 ? 'Oxygen' : 'Air';
  if (vital === 'consciousness') return levels[value] ?? String(value);
  return roundedAsScored(vital, value, scale).toFixed(vitalNames[vital].decimals);
}

/** A half goes away from normal, as NEWS2 is scored: a saturation shown as 94 must not have the points of 93. */
function roundedAsScored(vital: Vital, value: number, scale: 1 | 2): number {
  const steps = 10 ** vitalNames[vital].decimals;
  const scaled = Number((value * steps).toFixed(6));
  const centre = vital === 'spo2' && scale === 2 ? spo2CentreOnScale2 : normalCentres[vital];
  const down = centre !== undefined && value < centre;
  return (down ? Math.ceil(scaled - 0.5) : Math.floor(scaled + 0.5)) / steps;
}

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clockWithSeconds = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

const halfDay = 12 * 3_600_000;

/** A time of day; with the day where it is further than half a day from now. */
export function timeInWords(at: number, now: number): string {
  return Math.abs(now - at) > halfDay ? dayAndClock.format(at) : clock.format(at);
}

export const timeWithSeconds = (at: number): string => clockWithSeconds.format(at);
