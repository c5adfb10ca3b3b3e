// The location: the reason before the browser asks, and what is shared while it is.
import { useWords, type Words } from '../../language/use-words.ts';
import { PlaceIcon, WarningIcon } from '../../parts/icons.tsx';
import type { PhoneState } from '../../phone/phone-state.ts';
import { usePhone, usePhoneState } from '../../shell/phone-context.tsx';
import { useNow } from '../../shell/ticker.ts';
import { SharingSwitch } from './sharing-switch.tsx';

export function LocationSharing() {
  const words = useWords();
  const { t } = words;
  const phone = usePhone();
  const { location } = usePhoneState();
  const now = useNow();
  return (
    <SharingSwitch
      title={t('sharing.location')}
      why={t('sharing.locationWhy')}
      state={
        <>
          {location.state === 'denied' ? <WarningIcon /> : <PlaceIcon />}
          {stateInWords(location, now, words)}
        </>
      }
      isShared={location.state === 'shared'}
      isAsking={location.state === 'asking'}
      start={t('sharing.locationStart')}
      stop={t('sharing.locationStop')}
      stopTitle={t('sharing.locationStopTitle')}
      stopText={t('sharing.locationStopText')}
      share={(shared) => phone.shareLocation(shared)}
    />
  );
}

function stateInWords(location: PhoneState['location'], now: number, { t, times, ago }: Words): string {
  switch (location.state) {
    case 'not-shared':
      return t('sharing.locationOff');
    case 'asking':
      return t('sharing.locationAsking');
    case 'denied':
      return t('sharing.locationDenied');
    case 'shared': {
      const { last } = location;
      if (last === undefined) return t('sharing.locationNoFix');
      const metres = times.number(Math.max(1, Math.round(last.accuracyMetres)));
      return t('sharing.locationFix', { age: ago(last.at, now), metres });
    }
  }
}
