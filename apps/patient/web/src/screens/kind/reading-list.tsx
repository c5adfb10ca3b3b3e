// Each reading of a kind, newest first: time, value, where it came from, where it is.
import { useState } from 'react';
import { sensorName } from '../../language/sensor-name.ts';
import { useWords, type Words } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { ValueText } from '../../parts/value-text.tsx';
import { WhereMark } from '../../parts/where-mark.tsx';
import type { ReadingSource, SensorState, ShownReading } from '../../phone/phone-state.ts';
import { type Kind, shownValue } from '../../readings/kinds.ts';
import { usePhoneState } from '../../shell/phone-context.tsx';
import classes from './reading-list.module.css';

const atOnce = 20;

interface ReadingListProps {
  readonly kind: Kind;
  /** Of this kind, oldest first. */
  readonly readings: readonly ShownReading[];
  readonly now: number;
}

export function ReadingList({ kind, readings, now }: ReadingListProps) {
  const words = useWords();
  const { t, times } = words;
  const { sensors } = usePhoneState();
  const [most, setMost] = useState(atOnce);
  const shown = readings.slice(-most).reverse();
  return (
    <section className={classes.section}>
      <h2>{t('trend.list')}</h2>
      <p className={classes.count}>{t('trend.count', { count: readings.length })}</p>
      <ul className={classes.list}>
        {shown.map((reading) => {
          const value = shownValue(reading.measurements, kind);
          return (
            <li key={reading.key} className={classes.reading}>
              <span className={classes.line}>
                <span className={classes.time}>{times.clock(reading.measuredAt, now)}</span>
                {value && <ValueText kind={kind} value={value} />}
              </span>
              <span className={classes.source}>{sourceInWords(reading.source, sensors, words)}</span>
              <WhereMark where={reading.where} late={reading.late} now={now} />
            </li>
          );
        })}
      </ul>
      {readings.length > most && <Action onPress={() => setMost(most + atOnce)}>{t('trend.more')}</Action>}
    </section>
  );
}

function sourceInWords(source: ReadingSource, sensors: readonly SensorState[], words: Words): string {
  const { t } = words;
  if (source.kind === 'entered') return t('source.entered');
  const name = sensorName(sensors.find(({ identity }) => identity === source.sensor)?.name ?? source.sensor, words);
  return source.kind === 'sealed-sensor' ? t('source.sealed', { name }) : t('source.standard', { name });
}
