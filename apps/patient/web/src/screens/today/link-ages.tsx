// The way of a reading, link by link, each with the age of what came over it: "connected" would say nothing.
import type { ReactNode } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { HospitalIcon, PhoneIcon, SensorIcon } from '../../parts/icons.tsx';
import { usePhoneState } from '../../shell/phone-context.tsx';
import { hrefOf } from '../../shell/route.ts';
import { useNow } from '../../shell/ticker.ts';
import classes from './link-ages.module.css';

export function LinkAges() {
  const { t } = useWords();
  return (
    <section className={classes.section}>
      <h2>{t('today.links.title')}</h2>
      <LinkList />
      <Action href={hrefOf('hour')}>{t('today.hour')}</Action>
    </section>
  );
}

function LinkList() {
  const { t, ago } = useWords();
  const { sensors, waiting, hospitalHeardAt } = usePhoneState();
  const now = useNow();
  const last = Math.max(...sensors.map(({ lastValueAt }) => lastValueAt ?? 0));
  const sensorAge = last > 0 ? t('today.links.sensorAge', { age: ago(last, now) }) : t('today.links.sensorNever');
  const phone =
    waiting.readings > 0 ? t('today.links.phoneWaiting', { count: waiting.readings }) : t('today.links.phoneEmpty');
  const hospital =
    hospitalHeardAt === undefined
      ? t('today.links.hospitalNever')
      : t('today.links.hospitalAge', { age: ago(hospitalHeardAt, now) });
  return (
    <ol className={classes.links}>
      <Link icon={<SensorIcon />} name={t('today.links.sensor')}>
        {sensors.length === 0 ? t('today.links.sensorNone') : sensorAge}
      </Link>
      <Link icon={<PhoneIcon />} name={t('today.links.phone')}>
        {phone}
      </Link>
      <Link icon={<HospitalIcon />} name={t('today.links.hospital')}>
        {hospital}
      </Link>
    </ol>
  );
}

interface LinkProps {
  readonly icon: ReactNode;
  readonly name: string;
  readonly children: ReactNode;
}

function Link({ icon, name, children }: LinkProps) {
  return (
    <li className={classes.link}>
      <span className={classes.sign}>{icon}</span>
      <span className={classes.words}>
        <span className={classes.name}>{name}</span>
        <span className={classes.age}>{children}</span>
      </span>
    </li>
  );
}
