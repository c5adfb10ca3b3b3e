// The newest of each kind: value, age, and where it is. Each leads to its day.
import { useMemo } from 'react';
import { useWords } from '../../language/use-words.ts';
import { ForwardIcon } from '../../parts/icons.tsx';
import { ValueText } from '../../parts/value-text.tsx';
import { WhereMark } from '../../parts/where-mark.tsx';
import { shownValue } from '../../readings/kinds.ts';
import { latestOfEach } from '../../readings/latest.ts';
import { usePhoneState } from '../../shell/phone-context.tsx';
import { hrefOf } from '../../shell/route.ts';
import { useNow } from '../../shell/ticker.ts';
import classes from './latest-readings.module.css';

export function LatestReadings() {
  const { t, ago } = useWords();
  const { readings } = usePhoneState();
  const now = useNow();
  const latest = useMemo(() => latestOfEach(readings), [readings]);
  return (
    <section className={classes.section}>
      <h2>{t('today.latest')}</h2>
      {latest.length === 0 ? (
        <p className={classes.none}>
          {t('today.none')} {t('today.noneDo')}
        </p>
      ) : (
        <ul className={classes.list}>
          {latest.map(({ kind, reading }) => {
            const value = shownValue(reading.measurements, kind);
            if (value === undefined) return null;
            return (
              <li key={kind}>
                <a className={classes.reading} href={hrefOf('kind', kind)}>
                  <span className={classes.words}>
                    <span className={classes.name}>{t(`kind.${kind}.name`)}</span>
                    <ValueText kind={kind} value={value} />
                    <span className={classes.foot}>
                      <WhereMark where={reading.where} late={false} now={now} />
                      <span className={classes.age}>{ago(reading.measuredAt, now)}</span>
                    </span>
                  </span>
                  <ForwardIcon />
                </a>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
