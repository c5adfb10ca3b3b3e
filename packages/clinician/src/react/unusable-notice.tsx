// What came and could not be opened or understood. It may have been an alarm, so it is said, with the code to tell.
import { timeInWords } from '../ward/vital-names.ts';
import { useDeviceNow, useWard } from './clinician-context.tsx';
import { UnreadableIcon } from './icons.tsx';
import classes from './unusable-notice.module.css';

export function UnusableNotice() {
  const { unusable } = useWard();
  const now = useDeviceNow();
  if (unusable.count === 0) return null;
  return (
    <p className={classes.notice} role="status">
      <UnreadableIcon size={18} />
      {unusable.count === 1 ? 'One message' : `${unusable.count} messages`} from the hospital could not be used
      {unusable.lastAt !== undefined && `, the last at ${timeInWords(unusable.lastAt, now)}`}
      <span className={classes.code}>({unusable.lastCode})</span>
    </p>
  );
}
