// What is shared, with whom, why; and how to stop.
import { useWords } from '../../language/use-words.ts';
import { Aside, Screen } from '../../parts/screen.tsx';
import { usePhoneState } from '../../shell/phone-context.tsx';
import { LocationSharing } from './location-sharing.tsx';
import { ReadingsSharing } from './readings-sharing.tsx';
import classes from './sharing.module.css';

export function Sharing() {
  const { t } = useWords();
  const { hospital } = usePhoneState();
  return (
    <Screen title={t('sharing.title')}>
      <ReadingsSharing />
      <LocationSharing />
      <section className={classes.who}>
        <h2>{t('sharing.who')}</h2>
        <ul>
          <li>{t('sharing.whoDoctors', { hospital: hospital?.id ?? t('sharing.hospitalUnnamed') })}</li>
          <li>{t('sharing.whoCrew')}</li>
          <li>{t('sharing.whoNobody')}</li>
        </ul>
      </section>
      <Aside>{t('sharing.yourRight')}</Aside>
    </Screen>
  );
}
