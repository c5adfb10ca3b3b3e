// Where a reading is, by a sign and in words.

import { useWords } from '../language/use-words.ts';
import type { Whereabouts } from '../phone/phone-state.ts';
import { CheckIcon, PhoneIcon, WarningIcon } from './icons.tsx';
import classes from './where-mark.module.css';

interface WhereMarkProps {
  readonly where: Whereabouts;
  readonly late: boolean;
  readonly now: number;
}

export function WhereMark({ where, late, now }: WhereMarkProps) {
  const { t, times } = useWords();
  return (
    <span className={classes.where} data-place={where.place}>
      {where.place === 'hospital' && <CheckIcon size="small" />}
      {where.place === 'phone' && <PhoneIcon size="small" />}
      {where.place === 'refused' && <WarningIcon size="small" />}
      <span>
        {where.place === 'hospital' && t('where.hospital', { time: times.clock(where.confirmedAt, now) })}
        {where.place === 'phone' && t('where.phone')}
        {where.place === 'refused' && t('where.refused')}
        {late && ` · ${t('where.late')}`}
      </span>
    </span>
  );
}
