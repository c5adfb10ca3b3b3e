// The sensors, each with the age of its last value; and what the phone needs to hear them.
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { BluetoothNotice } from '../../parts/bluetooth-notice.tsx';
import { PhoneIcon, PlusIcon } from '../../parts/icons.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Screen } from '../../parts/screen.tsx';
import { usePhoneState } from '../../shell/phone-context.tsx';
import { hrefOf } from '../../shell/route.ts';
import { SensorCard } from './sensor-card.tsx';

export function Sensors() {
  const { t } = useWords();
  const { sensors, bluetooth } = usePhoneState();
  return (
    <Screen title={t('sensors.title')}>
      <BluetoothNotice bluetooth={bluetooth} />
      {sensors.length === 0 && <p>{t('sensors.none')}</p>}
      {sensors.map((sensor) => (
        <SensorCard key={sensor.id} sensor={sensor} />
      ))}
      {bluetooth !== 'unsupported' && (
        <Action look={sensors.length === 0 ? 'main' : 'plain'} icon={<PlusIcon />} href={hrefOf('sensors', 'add')}>
          {t('sensors.add')}
        </Action>
      )}
      <Notice tone="plain" icon={<PhoneIcon />} title={t('sensors.awakeTitle')}>
        <p>{t('sensors.awake')}</p>
        <Action look="quiet" href={hrefOf('background')}>
          {t('sensors.awakeMore')}
        </Action>
      </Notice>
    </Screen>
  );
}
