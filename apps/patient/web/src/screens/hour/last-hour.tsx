// The last hour, link by link: the age of what came over each, sixty minutes as a picture, and the same in words.
import { useMemo } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Aside, Screen } from '../../parts/screen.tsx';
import { lastHourOf } from '../../readings/last-hour.ts';
import { usePhoneState } from '../../shell/phone-context.tsx';
import { useNow } from '../../shell/ticker.ts';
import classes from './last-hour.module.css';
import { MinuteStrip } from './minute-strip.tsx';

export function LastHour() {
  const { t, times, ago } = useWords();
  const { readings, sensors, hospitalHeardAt, waiting } = usePhoneState();
  const now = useNow();
  const hour = useMemo(() => lastHourOf(readings, now), [readings, now]);
  const silences = hour.silences.map(({ from, to }) =>
    t('trend.gap', { from: times.clock(from, now), to: times.clock(to, now) }),
  );
  return (
    <Screen title={t('hour.title')} back={[]}>
      <Aside>{t('hour.intro')}</Aside>
      <section className={classes.link}>
        <h2>{t('hour.toPhone')}</h2>
        <ul className={classes.ages}>
          {sensors.length === 0 && <li>{t('sensors.none')}</li>}
          {sensors.map(({ id, name, lastValueAt }) => (
            <li key={id}>
              <b>{name}</b>:{' '}
              {lastValueAt === undefined
                ? t('sensors.noValue')
                : t('sensors.lastValue', { age: ago(lastValueAt, now) })}
            </li>
          ))}
        </ul>
        <MinuteStrip
          states={hour.came.map((came) => (came ? 'came' : 'none'))}
          legend={[
            { state: 'came', words: t('hour.legendCame') },
            { state: 'none', words: t('hour.legendNone') },
          ]}
          from={times.clock(hour.from, now)}
        />
        <p>{t('hour.had', { minutes: hour.minutesWith })}</p>
        {hour.minutesWith > 0 && silences.length > 0 && <p>{t('hour.hadNot', { list: times.list(silences) })}</p>}
      </section>
      <section className={classes.link}>
        <h2>{t('hour.toHospital')}</h2>
        <p>
          {hospitalHeardAt === undefined
            ? t('today.links.hospitalNever')
            : t('today.links.hospitalAge', { age: ago(hospitalHeardAt, now) })}
        </p>
        <MinuteStrip
          states={hour.reached}
          legend={[
            { state: 'hospital', words: t('hour.legendConfirmed') },
            { state: 'phone', words: t('hour.legendWaits') },
            ...(hour.reached.includes('refused')
              ? [{ state: 'refused', words: t('hour.legendRefused') } as const]
              : []),
          ]}
          from={times.clock(hour.from, now)}
        />
        <p>
          {hour.readings === 0
            ? t('hour.empty')
            : t('hour.confirmed', { confirmed: hour.confirmed, all: hour.readings })}{' '}
          {hour.waiting > 0 && t('hour.waiting', { count: hour.waiting })}
        </p>
        {waiting.readings > hour.waiting && <p>{t('today.links.phoneWaiting', { count: waiting.readings })}</p>}
      </section>
    </Screen>
  );
}
