// One kind over the last day: the newest value, the day as a picture and in words, and each reading with its whereabouts.
import { useMemo } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Screen } from '../../parts/screen.tsx';
import { ValueText } from '../../parts/value-text.tsx';
import { type Kind, kindsIn, shownValue } from '../../readings/kinds.ts';
import { trendOf } from '../../readings/trend.ts';
import { usePhoneState } from '../../shell/phone-context.tsx';
import { useNow } from '../../shell/ticker.ts';
import classes from './kind-screen.module.css';
import { ReadingList } from './reading-list.tsx';
import { TrendPicture } from './trend-picture.tsx';

/** Yes or no, and how awake, are no line over time. */
const withPicture = (kind: Kind): boolean => kind !== 'oxygen' && kind !== 'consciousness';
const minuteMs = 60_000;

export function KindScreen({ kind }: { readonly kind: Kind }) {
  const { t, ago } = useWords();
  const { readings } = usePhoneState();
  const now = useNow();
  const minute = Math.floor(now / minuteMs) * minuteMs;
  const own = useMemo(() => readings.filter(({ measurements }) => kindsIn(measurements).has(kind)), [readings, kind]);
  const trend = useMemo(() => trendOf(own, kind, minute + minuteMs), [own, kind, minute]);
  const last = own.at(-1);
  const value = last && shownValue(last.measurements, kind);
  return (
    <Screen title={t(`kind.${kind}.name`)} back={[]}>
      {last === undefined || value === undefined ? (
        <p>{t('today.none')}</p>
      ) : (
        <>
          <p className={classes.last}>
            <ValueText kind={kind} value={value} big />
            <span className={classes.age}>{ago(last.measuredAt, now)}</span>
          </p>
          {withPicture(kind) && <TrendPicture kind={kind} trend={trend} now={now} />}
          <ReadingList kind={kind} readings={own} now={now} />
        </>
      )}
    </Screen>
  );
}
