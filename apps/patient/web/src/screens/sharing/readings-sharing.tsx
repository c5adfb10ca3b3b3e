import { useWords } from '../../language/use-words.ts';
import { CheckIcon, WarningIcon } from '../../parts/icons.tsx';
import { usePhone, usePhoneState } from '../../shell/phone-context.tsx';
import { SharingSwitch } from './sharing-switch.tsx';

export function ReadingsSharing() {
  const { t } = useWords();
  const phone = usePhone();
  const { consent } = usePhoneState();
  return (
    <SharingSwitch
      title={t('sharing.readings')}
      state={
        <>
          {consent.readings ? <CheckIcon /> : <WarningIcon />}
          {t(consent.readings ? 'sharing.readingsOn' : 'sharing.readingsOff')}
        </>
      }
      isShared={consent.readings}
      start={t('sharing.readingsStart')}
      stop={t('sharing.readingsStop')}
      stopTitle={t('sharing.readingsStopTitle')}
      stopText={t('sharing.readingsStopText')}
      share={(shared) => phone.shareReadings(shared)}
    />
  );
}
