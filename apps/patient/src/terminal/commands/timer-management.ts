// TIMER MANAGEMENT (ETSI TS 102 223, 6.4.21).

import { generalResults } from '@vitalseal/uicc';
import { type Deed, type Outcome, performed } from '../deed.ts';

export const timerManagement: Deed<'timer-management'> = ({ action, timer, seconds = 0 }, { timers }) => {
  if (action === 'start') {
    // A timer of no time would be a card that asks itself without end.
    if (seconds < 1) return { result: { general: generalResults.dataNotUnderstood } };
    timers.start(timer, seconds);
    return { ...performed, timer };
  }
  return told(timer, action === 'deactivate' ? timers.stop(timer) : timers.left(timer));
};

function told(timer: number, timerSeconds: number | undefined): Outcome {
  if (timerSeconds === undefined) return { result: { general: generalResults.contradictsTimerState }, timer };
  return { ...performed, timer, timerSeconds };
}
