/** Why an alarm was raised, in words that a clinician reads: one line a cause. */
import type { News2Parameter, News2Parts, Reason, Vital } from '@vitalseal/clinical';

const names: { readonly [V in Vital]: string } = {
  respiration: 'respiration rate',
  spo2: 'SpO2',
  oxygen: 'supplemental oxygen',
  systolic: 'systolic pressure',
  diastolic: 'diastolic pressure',
  pulse: 'pulse',
  consciousness: 'consciousness',
  temperature: 'temperature',
};

const units: { readonly [V in Vital]: string } = {
  respiration: '/min',
  spo2: ' %',
  oxygen: '',
  systolic: ' mmHg',
  diastolic: ' mmHg',
  pulse: '/min',
  consciousness: '',
  temperature: ' °C',
};

export function reasonsInWords(reason: Reason): string[] {
  switch (reason.kind) {
    case 'news2': {
      const partial = reason.known < reason.of ? `, from ${reason.known} of ${reason.of} parameters` : '';
      return [`NEWS2 ${reason.total}${partial}`, ...partsInWords(reason.parts, 1)];
    }
    case 'single-parameter':
      return partsInWords(reason.parts, 3, reason.parameters);
    case 'limit': {
      const { vital, side, limit, value } = reason;
      const measured = value === null ? names[vital] : `${names[vital]} ${value}${units[vital]}`;
      return [`${measured} is ${side === 'low' ? 'below' : 'above'} the limit of ${limit}${units[vital]}`];
    }
    case 'stale': {
      const what = reason.of === 'stream' ? 'reading' : names[reason.of];
      return [reason.lastAt === null ? `no ${what} has come` : `no ${what} since ${clockTime(reason.lastAt)} UTC`];
    }
    case 'call-unanswered':
      return [`no crew has taken the ambulance's call of ${clockTime(reason.calledAt)} UTC`];
    case 'help-requested':
      return [`the patient called for help at ${clockTime(reason.calledAt)} UTC`];
    case 'phone-put-back': {
      const span = `${dayAndTime(reason.from)} and ${dayAndTime(reason.until)} UTC`;
      return [
        "the patient's phone was put back from an older copy of itself",
        `readings of between ${span} that had not reached the hospital may be missing`,
      ];
    }
  }
}

function partsInWords(parts: News2Parts, least: number, among?: readonly News2Parameter[]): string[] {
  const lines: string[] = [];
  for (const [parameter, points] of Object.entries(parts) as [News2Parameter, number | null][]) {
    if (points === null || points < least || among?.includes(parameter) === false) continue;
    lines.push(`${names[parameter]} scores ${points}`);
  }
  return lines;
}

function dayAndTime(utcMs: number): string {
  return new Date(utcMs).toISOString().slice(0, 16).replace('T', ' ');
}

function clockTime(utcMs: number): string {
  return new Date(utcMs).toISOString().slice(11, 16);
}
