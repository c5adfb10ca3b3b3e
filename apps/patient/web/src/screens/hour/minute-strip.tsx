// Sixty minutes side by side. The states differ in height and pattern, not in colour alone; the words beside the strip say
// what it shows, so that it is hidden from a screen reader.
import { useWords } from '../../language/use-words.ts';
import classes from './minute-strip.module.css';

export type MinuteState = 'came' | 'none' | 'hospital' | 'phone' | 'refused';

interface MinuteStripProps {
  readonly states: readonly MinuteState[];
  readonly legend: readonly { readonly state: MinuteState; readonly words: string }[];
  readonly from: string;
}

export function MinuteStrip({ states, legend, from }: MinuteStripProps) {
  const { t } = useWords();
  const minutes = states.map((state, minute) => ({ state, minute }));
  return (
    <div aria-hidden="true">
      <div className={classes.strip} dir="ltr">
        {minutes.map(({ state, minute }) => (
          <span key={minute} className={classes.minute} data-state={state} />
        ))}
      </div>
      <div className={classes.ends} dir="ltr">
        <bdi>{from}</bdi>
        <bdi>{t('trend.now')}</bdi>
      </div>
      <ul className={classes.legend}>
        {legend.map(({ state, words }) => (
          <li key={state}>
            <span className={classes.sample}>
              <span className={classes.minute} data-state={state} />
            </span>
            {words}
          </li>
        ))}
      </ul>
    </div>
  );
}
