// What the patient may be asked for on the telephone.
import { useWords } from '../../language/use-words.ts';
import { usePhoneState } from '../../shell/phone-context.tsx';
import classes from './about.module.css';

export function About() {
  const { t, times } = useWords();
  const { hospital, patient, waiting, storage } = usePhoneState();
  const facts = [
    [t('settings.hospital'), hospital?.id ?? t('settings.none')],
    [t('settings.patient'), patient ?? t('settings.none')],
    [t('settings.release'), hospital?.release ?? t('settings.none')],
    [
      t('settings.room'),
      t('settings.roomOf', {
        count: waiting.readings,
        room: times.number(waiting.readings + waiting.room),
      }),
    ],
    [t('settings.kept'), t(storage.persistent ? 'settings.keptYes' : 'settings.keptNo')],
  ] as const;
  return (
    <section className={classes.about}>
      <h2>{t('settings.about')}</h2>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
