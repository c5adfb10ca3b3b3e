// What a page in a phone's browser cannot do, said before it is missed.
import { useWords } from '../../language/use-words.ts';
import { Screen } from '../../parts/screen.tsx';
import classes from './background-truth.module.css';

const truths = ['screen', 'kept', 'ownNot', 'watch', 'iphone', 'box'] as const;

export function BackgroundTruth() {
  const { t } = useWords();
  return (
    <Screen title={t('background.title')} back={['sensors']}>
      <ul className={classes.truths}>
        {truths.map((truth) => (
          <li key={truth}>{t(`background.${truth}`)}</li>
        ))}
      </ul>
    </Screen>
  );
}
