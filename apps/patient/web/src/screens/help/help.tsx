// Help. Voice first when life is in danger: it works without the hospital, without the PIN and without the internet.
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { CallIcon, CheckIcon, HospitalIcon, WarningIcon } from '../../parts/icons.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Aside, Screen, Stack } from '../../parts/screen.tsx';
import type { CardState } from '../../phone/phone-state.ts';
import { usePhone, usePhoneState } from '../../shell/phone-context.tsx';
import { goUp } from '../../shell/route.ts';
import { useNow } from '../../shell/ticker.ts';
import { useDeed } from '../../shell/use-deed.ts';
import { emergencyNumber as number, telephone } from './emergency-number.ts';

export function Help() {
  const { emergency } = usePhoneState();
  if (emergency.state === 'confirmed') return <Confirmed at={emergency.at} />;
  if (emergency.state === 'unconfirmed') return <Unconfirmed since={emergency.since} />;
  return emergency.state === 'asking' ? <Asking /> : <Ask />;
}

function CallByVoice({ grave = false }: { readonly grave?: boolean }) {
  const { t } = useWords();
  return (
    <Action look={grave ? 'grave' : 'plain'} icon={<CallIcon />} href={telephone}>
      {t('help.phone', { number })}
    </Action>
  );
}

/** Why the hospital cannot be alerted from here, where no PIN would help. */
const reasons: Partial<Record<CardState['state'], 'help.notYet' | 'help.cannot'>> = {
  new: 'help.notYet',
  activating: 'help.notYet',
  lost: 'help.cannot',
  unusable: 'help.cannot',
  elsewhere: 'help.cannot',
};

function Ask() {
  const { t } = useWords();
  const { card, location } = usePhoneState();
  const isOpen = card.state === 'open';
  return (
    <Screen title={t('help.title')}>
      {isOpen ? (
        <Stack>
          <AlertHospital />
          <p>{t('help.tellText')}</p>
          <p>{location.state === 'shared' ? t('help.tellPlace') : t('help.tellNoPlace')}</p>
        </Stack>
      ) : (
        <p>{t(reasons[card.state] ?? 'help.unlockFirst')}</p>
      )}
      <Notice tone="grave" icon={<WarningIcon />}>
        <p>{t('help.danger', { number })}</p>
        <CallByVoice grave={!isOpen} />
      </Notice>
      <Action look="quiet" onPress={() => goUp()}>
        {t('help.none')}
      </Action>
    </Screen>
  );
}

function AlertHospital({ again = false }: { readonly again?: boolean }) {
  const { t } = useWords();
  const phone = usePhone();
  const deed = useDeed();
  return (
    <>
      <FailureNotice failure={deed.failure} />
      <Action
        look={again ? 'plain' : 'grave'}
        icon={<HospitalIcon />}
        busy={deed.busy}
        onPress={() => void deed.run(() => phone.callForHelp())}
      >
        {again ? t('help.again') : t('help.tell')}
      </Action>
    </>
  );
}

function Asking() {
  const { t } = useWords();
  return (
    <Screen title={t('help.askingTitle')}>
      <p role="status">{t('help.asking')}</p>
      <p>{t('help.danger', { number })}</p>
      <CallByVoice />
    </Screen>
  );
}

function Confirmed({ at }: { readonly at: number }) {
  const { t, times } = useWords();
  const now = useNow();
  return (
    <Screen title={t('help.confirmedTitle')}>
      <Notice tone="good" icon={<CheckIcon size="large" />} say="alert">
        <p>{t('help.confirmed', { time: times.clock(at, now) })}</p>
      </Notice>
      <Aside>{t('help.worse', { number })}</Aside>
      <CallByVoice />
      <Action onPress={() => goUp()}>{t('help.backHome')}</Action>
      <AlertHospital again />
    </Screen>
  );
}

function Unconfirmed({ since }: { readonly since: number }) {
  const { t, times } = useWords();
  const now = useNow();
  return (
    <Screen title={t('help.unconfirmedTitle')}>
      <Notice tone="grave" icon={<WarningIcon size="large" />} say="alert">
        <p>{t('help.unconfirmed', { time: times.clock(since, now), number })}</p>
      </Notice>
      <CallByVoice grave />
      <AlertHospital again />
      <Action look="quiet" onPress={() => goUp()}>
        {t('help.backHome')}
      </Action>
    </Screen>
  );
}
