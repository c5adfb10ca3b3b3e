// That this phone cannot hear sensors, and what can be done.
import { useWords } from '../language/use-words.ts';
import type { PhoneState } from '../phone/phone-state.ts';
import { WarningIcon } from './icons.tsx';
import { Notice } from './notice.tsx';

export function BluetoothNotice({ bluetooth }: Pick<PhoneState, 'bluetooth'>) {
  const { t } = useWords();
  if (bluetooth === 'on') return null;
  const words = {
    off: t('sensors.bluetoothOff'),
    unsupported: t('sensors.bluetoothUnsupported'),
    forbidden: t('sensors.bluetoothForbidden'),
  }[bluetooth];
  return (
    <Notice tone="attention" icon={<WarningIcon />} say="status">
      <p>{words}</p>
    </Notice>
  );
}
