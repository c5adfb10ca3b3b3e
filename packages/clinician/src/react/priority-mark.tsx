// An alarm's priority as IEC 60601-1-8 marks it: three, two or one exclamation mark, colour and flash rate.
import type { AlarmPriority } from '@vitalseal/protocol';
import classes from './priority-mark.module.css';

const marks: Record<AlarmPriority, string> = { high: '!!!', medium: '!!', low: '!' };
const words: Record<AlarmPriority, string> = { high: 'High priority', medium: 'Medium priority', low: 'Low priority' };

interface PriorityMarkProps {
  readonly priority: AlarmPriority;
  /** An answered alarm stops flashing and keeps its mark. */
  readonly answered: boolean;
}

export function PriorityMark({ priority, answered }: PriorityMarkProps) {
  return (
    <span
      className={classes.mark}
      data-priority={priority}
      data-answered={answered}
      data-mark={marks[priority]}
      role="img"
      aria-label={words[priority]}
    >
      {marks[priority]}
    </span>
  );
}
