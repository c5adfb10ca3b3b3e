// A state over time (air or oxygen, consciousness): a bar for as long as it is known, nothing where it is not.
import { type Series, usualInterval } from '@vitalseal/clinician';
import classes from './state-strip.module.css';

interface StateStripProps {
  readonly series: Series;
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly wordOf: (value: number) => string;
}

interface Stretch {
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

export function StateStrip({ series, from, to, label, wordOf }: StateStripProps) {
  const percent = (at: number) => `${((Math.min(Math.max(at, from), to) - from) / (to - from)) * 100}%`;
  return (
    <div className={classes.strip} role="img" aria-label={label}>
      <svg width="100%" height="26" aria-hidden="true">
        {stretches(series, from, to).map((stretch) => (
          <rect
            key={stretch.from}
            className={classes.bar}
            data-abnormal={stretch.value > 0}
            x={percent(stretch.from)}
            width={`${Math.max(0.3, ((Math.min(stretch.to, to) - Math.max(stretch.from, from)) / (to - from)) * 100)}%`}
            y={stretch.value > 0 ? 4 : 11}
            height={stretch.value > 0 ? 18 : 4}
          >
            <title>{wordOf(stretch.value)}</title>
          </rect>
        ))}
      </svg>
    </div>
  );
}

function stretches(series: Series, from: number, to: number): Stretch[] {
  const usual = usualInterval(series.samples);
  const longest = Number.isFinite(usual) ? usual * 1.6 : 0;
  const found: Stretch[] = [];
  for (const sample of series.samples) {
    if (sample.value === null || sample.at > to) continue;
    const last = found.at(-1);
    if (last !== undefined && last.value === sample.value && sample.at - last.to <= longest) {
      found[found.length - 1] = { ...last, to: sample.at };
    } else {
      found.push({ value: sample.value, from: sample.at, to: sample.at });
    }
  }
  return found.filter((stretch) => stretch.to >= from);
}
