// How a value came, where no sealed sensor stands behind it: in words, since a clinician weighs it differently.
import type { OpenSource } from '@vitalseal/protocol';
import { ByHandIcon, UnsealedIcon } from './icons.tsx';
import classes from './source-mark.module.css';

const words: Record<OpenSource, { readonly short: string; readonly long: string }> = {
  'standard-sensor': {
    short: 'not sealed at the sensor',
    long: 'Measured by a standard Bluetooth sensor and not sealed there: nobody vouches for the device',
  },
  entered: { short: 'entered by hand', long: 'Entered by hand by the patient' },
};

interface SourceMarkProps {
  readonly source: OpenSource | undefined;
  /** Only the sign, where there is no room for words. */
  readonly compact?: boolean;
}

export function SourceMark({ source, compact = false }: SourceMarkProps) {
  if (source === undefined) return null;
  const { short, long } = words[source];
  const Icon = source === 'entered' ? ByHandIcon : UnsealedIcon;
  if (compact) {
    return (
      <span className={classes.mark} role="img" aria-label={short} title={long}>
        <Icon size={13} />
      </span>
    );
  }
  return (
    <span className={classes.mark} title={long}>
      <Icon size={13} />
      {short}
    </span>
  );
}
