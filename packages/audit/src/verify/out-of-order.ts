/** The numbers of the entries do not go on one by one: what was done to them, judged by all the numbers that follow. */
import { type Finding, finding } from './finding.ts';

/** @param numbers as they stand from `place` on, the first of which is not `place` */
export function outOfOrder(place: number, numbers: readonly number[]): Finding {
  const [here = place, next] = numbers;
  const isTwice = numbers.indexOf(here, 1) > 0;
  const comesLater = numbers.includes(place);
  if ((here < place || isTwice) && comesLater) {
    return finding('inserted', place, `an entry that is not of the log stands in the place of entry ${place}`);
  }
  if (comesLater) {
    return finding('reordered', place, `entry ${place} is not in its place: entry ${here} stands there`);
  }
  if (next === place + 1) {
    return finding('altered', place, `entry ${place} was altered: it says that it is entry ${here}`);
  }
  if (here < place) {
    return finding('inserted', place, `after entry ${place - 1} an entry stands that says it is entry ${here}`);
  }
  const last = numbers.reduce((least, number) => (number > place && number < least ? number : least), here) - 1;
  return last > place
    ? finding('removed', place, `the entries ${place} to ${last} are missing`, last)
    : finding('removed', place, `entry ${place} is missing`);
}
