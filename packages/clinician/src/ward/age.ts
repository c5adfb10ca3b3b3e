// The age of data in words. Rounded down, in at most two units: "4 min" must never mean "less than 4".
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

export function ageInWords(ms: number): string {
  const age = Math.max(0, ms);
  if (age < minute) return `${Math.floor(age / second)} s`;
  if (age < hour) return `${Math.floor(age / minute)} min`;
  if (age < day) return twoUnits(age, hour, 'h', minute, 'min');
  return twoUnits(age, day, 'd', hour, 'h');
}

function twoUnits(age: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((age % large) / small);
  return `${Math.floor(age / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`;
}
