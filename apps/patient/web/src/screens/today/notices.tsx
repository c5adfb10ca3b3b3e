// What stands above the day only when there is reason: a call for help, a copy that was put back, a wrong clock, a
// full phone, a new version.
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { BluetoothNotice } from '../../parts/bluetooth-notice.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { CheckIcon, ClockIcon, ShieldIcon, WarningIcon } from '../../parts/icons.tsx';
import { Notice } from '../../parts/notice.tsx';
import { usePhone, usePhoneState } from '../../shell/phone-context.tsx';
import { hrefOf } from '../../shell/route.ts';
import { useNow } from '../../shell/ticker.ts';
import { useDeed } from '../../shell/use-deed.ts';
import { PutBackNotice } from './put-back-notice.tsx';

/** Less than this changes nothing that a clinician would read from a time. */
const clockToleranceMs = 2 * 60_000;
/** Of the room for readings that wait. */
const nearlyFull = 0.2;

export function Notices() {
  const { t } = useWords();
  const { storage, waiting, bluetooth, sensors, unkept } = usePhoneState();
  const scarce = waiting.readings > 0 && waiting.room < (waiting.room + waiting.readings) * nearlyFull;
  return (
    <>
      <HelpNotice />
      <PutBackNotice />
      {storage.full && (
        <Notice tone="grave" icon={<WarningIcon />} say="alert">
          <p>{t('notice.full')}</p>
        </Notice>
      )}
      {scarce && !storage.full && (
        <Notice tone="attention" icon={<WarningIcon />} say="status">
          <p>{t('notice.outboxFull')}</p>
        </Notice>
      )}
      {unkept > 0 && (
        <Notice tone="attention" icon={<WarningIcon />} say="status">
          <p>{t('notice.unkept', { count: unkept })}</p>
        </Notice>
      )}
      <ClockNotice />
      {sensors.length > 0 && <BluetoothNotice bluetooth={bluetooth} />}
      {sensors.some(({ link }) => link.state === 'ask-again') && (
        <Notice tone="attention" icon={<WarningIcon />} say="status">
          <p>{t('notice.sensorsForgotten')}</p>
          <Action href={hrefOf('sensors')}>{t('today.status.seeSensors')}</Action>
        </Notice>
      )}
      <UpdateNotice />
    </>
  );
}

function HelpNotice() {
  const { t, times } = useWords();
  const { emergency } = usePhoneState();
  const now = useNow();
  if (emergency.state === 'none') return null;
  const isKnown = emergency.state === 'confirmed';
  return (
    <Notice tone={isKnown ? 'good' : 'grave'} icon={isKnown ? <CheckIcon /> : <WarningIcon />} say="status">
      <p>
        {isKnown ? t('notice.helpConfirmed', { time: times.clock(emergency.at, now) }) : t('notice.helpUnconfirmed')}
      </p>
      <Action href={hrefOf('help')}>{t('notice.helpSee')}</Action>
    </Notice>
  );
}

function ClockNotice() {
  const { t, times } = useWords();
  const { clockAheadMs = 0 } = usePhoneState();
  if (Math.abs(clockAheadMs) < clockToleranceMs) return null;
  const duration = times.duration(clockAheadMs);
  return (
    <Notice tone="attention" icon={<ClockIcon />} say="status">
      <p>{clockAheadMs > 0 ? t('notice.clockAhead', { duration }) : t('notice.clockBehind', { duration })}</p>
    </Notice>
  );
}

function UpdateNotice() {
  const { t } = useWords();
  const phone = usePhone();
  const { update } = usePhoneState();
  const deed = useDeed();
  if (update === 'none') return null;
  if (update === 'refused') {
    return (
      <Notice tone="attention" icon={<ShieldIcon />} say="status">
        <p>{t('notice.updateRefused')}</p>
      </Notice>
    );
  }
  return (
    <Notice tone="plain" icon={<CheckIcon />} say="status">
      <p>{t('notice.updateReady')}</p>
      <FailureNotice failure={deed.failure} />
      <Action busy={deed.busy} onPress={() => void deed.run(() => phone.applyUpdate())}>
        {t('notice.updateNow')}
      </Action>
    </Notice>
  );
}
