// Where a reading is, by a sign and in words.

import { useWords } from '../language/use-words.ts';
import type { Whereabouts } from '../phone/phone-state.ts';
import { CheckIcon, PhoneIcon, WarningIcon } from './icons.tsx';
import classes from './where-mark.module.css';

/** Taken while readings were not shared: no one refused it. */
export const isKeptByChoice = (where: Whereabouts): boolean => where.place === 'refused' && where.code === 'not-shared';

interface WhereMarkProps {
  readonly where: Whereabouts;
  readonly late: boolean;
  readonly now: number;
}

export function WhereMark({ where, late, now }: WhereMarkProps) {
  const { t, times } = useWords();
  const isKept = isKeptByChoice(where);
  return (
    <span className={classes.where} data-place={where.place}>
      {where.place === 'hospital' && <CheckIcon size="small" />}
      {where.place === 'phone' && <PhoneIcon size="small" />}
      {where.place === 'refused' && (isKept ? <PhoneIcon size="small" /> : <WarningIcon size="small" />)}
      <span>
        {where.place === 'hospital' && t('where.hospital', { time: times.clock(where.confirmedAt, now) })}
        {where.place === 'phone' && t('where.phone')}
        {where.place === 'refused' && t(isKept ? 'where.notShared' : 'where.refused')}
        {late && ` · ${t('where.late')}`}
      </span>
    </span>
  );
}
