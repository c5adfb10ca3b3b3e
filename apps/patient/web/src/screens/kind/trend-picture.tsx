// A day as a picture, from left to right in every language as on the devices in a clinic, and the same in words below it
// for whoever does not see it. Where nothing was measured it is striped.
import { useWords, type Words } from '../../language/use-words.ts';
import { decimals, type Kind } from '../../readings/kinds.ts';
import { daySteps, type Step, stepMs, type Trend } from '../../readings/trend.ts';
import classes from './trend-picture.module.css';

interface TrendPictureProps {
  readonly kind: Kind;
  readonly trend: Trend;
  readonly now: number;
}

const height = 100;
const share = (ms: number): string => `${(ms / (daySteps * stepMs)) * 100}%`;
/** The least that the picture spans, so that a steady pulse does not look like a storm. */
const leastSpan: Readonly<Partial<Record<Kind, number>>> = {
  pulse: 40,
  spo2: 10,
  temperature: 3,
  pressure: 60,
  respiration: 12,
  weight: 4,
  glucose: 6,
};

interface Scale {
  readonly bottom: number;
  readonly top: number;
  y(value: number): number;
}

function scaleOf({ least, most }: Trend, kind: Kind): Scale {
  const missing = Math.max(0, (leastSpan[kind] ?? 10) - (most - least)) / 2;
  // A saturation above 100 % does not exist, and is not drawn room for.
  const top = kind === 'spo2' ? Math.min(100, most + missing) : most + missing;
  const bottom = Math.max(0, least - missing);
  const span = Math.max(top - bottom, 1e-6);
  return { bottom, top, y: (value) => height - ((value - bottom) / span) * height };
}

export function TrendPicture({ kind, trend, now }: TrendPictureProps) {
  const words = useWords();
  if (trend.count === 0) return null;
  const { t, times } = words;
  const scale = scaleOf(trend, kind);
  const shown = (value: number) => times.number(value, decimals(kind));
  return (
    <figure className={classes.figure}>
      <figcaption className={classes.title}>{t('trend.day')}</figcaption>
      {/* The words below say what it shows: numbers and hours read one after the other say nothing. */}
      <div className={classes.picture} dir="ltr" aria-hidden="true">
        <span className={classes.top}>{shown(scale.top)}</span>
        <span className={classes.bottom}>{shown(scale.bottom)}</span>
        <div className={classes.gaps}>
          {trend.gaps.map(({ from, to }) => (
            <span key={from} style={{ left: share(from - trend.from), width: share(to - from) }} />
          ))}
        </div>
        <svg
          className={classes.plot}
          viewBox={`0 0 ${daySteps} ${height}`}
          preserveAspectRatio="none"
          aria-hidden="true"
          focusable="false"
        >
          <path className={classes.grid} d={`M0 ${height / 2}H${daySteps}`} vectorEffect="non-scaling-stroke" />
          <Line steps={trend.first} scale={scale} />
          <Line steps={trend.second} scale={scale} isSecond />
        </svg>
        <div className={classes.hours}>
          {[0, 0.25, 0.5, 0.75].map((part) => (
            <bdi key={part}>
              {times.clock(trend.from + part * daySteps * stepMs, trend.from + part * daySteps * stepMs)}
            </bdi>
          ))}
          <bdi>{t('trend.now')}</bdi>
        </div>
      </div>
      <p className={classes.words}>{summary(trend, kind, now, words)}</p>
      {trend.gaps.length > 0 && <p className={classes.words}>{t('trend.gapNote')}</p>}
    </figure>
  );
}

function summary(trend: Trend, kind: Kind, now: number, { t, times }: Words): string {
  const { last, least, most, gaps, count } = trend;
  if (last === undefined) return '';
  const shown = (value: number) => times.number(value, decimals(kind));
  const lastShown = last.second === undefined ? shown(last.first) : `${shown(last.first)}/${shown(last.second)}`;
  const time = times.clock(last.at, now);
  if (count === 1) return t('trend.summaryOne', { last: lastShown, time });
  const values = t('trend.summary', { least: shown(least), most: shown(most), last: lastShown, time });
  if (gaps.length === 0) return values;
  const spoken = gaps.map(({ from, to }) =>
    t('trend.gap', { from: times.clock(from, now), to: to === now ? t('trend.now') : times.clock(to, now) }),
  );
  return `${values} ${t('trend.gaps', { list: times.list(spoken) })}`;
}

interface LineProps {
  readonly steps: readonly (Step | undefined)[];
  readonly scale: Scale;
  readonly isSecond?: boolean;
}

/** Joined only where the step before has a value too; one that stands alone is a dot. */
function Line({ steps, scale, isSecond = false }: LineProps) {
  let line = '';
  let span = '';
  let lone = '';
  steps.forEach((step, i) => {
    if (step === undefined) return;
    const point = `M${i + 0.5} ${scale.y(step.last).toFixed(1)}`;
    line += steps[i - 1] === undefined ? point : point.replace('M', 'L');
    // A line of no length with round ends.
    if (steps[i - 1] === undefined && steps[i + 1] === undefined) lone += `${point}h0`;
    if (step.high > step.low) span += `M${i + 0.5} ${scale.y(step.high).toFixed(1)}V${scale.y(step.low).toFixed(1)}`;
  });
  return (
    <>
      <path className={classes.span} d={span} vectorEffect="non-scaling-stroke" />
      <path className={classes.line} data-second={isSecond} d={line} vectorEffect="non-scaling-stroke" />
      <path className={classes.lone} data-second={isSecond} d={lone} vectorEffect="non-scaling-stroke" />
    </>
  );
}
