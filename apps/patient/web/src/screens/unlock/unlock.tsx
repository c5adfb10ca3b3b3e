// The PIN, each time the app is opened.
import { useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { LockIcon } from '../../parts/icons.tsx';
import { isPin, PinField } from '../../parts/pin-field.tsx';
import { Aside, Card, Screen, Stack } from '../../parts/screen.tsx';
import { usePhone } from '../../shell/phone-context.tsx';
import { useDeed } from '../../shell/use-deed.ts';
import { Unblock } from './unblock.tsx';

/** As many as a card gives. */
const allTries = 3;

export function Unlock({ triesLeft }: { readonly triesLeft: number | undefined }) {
  const { t } = useWords();
  const phone = usePhone();
  const deed = useDeed();
  const [pin, setPin] = useState('');
  const [short, setShort] = useState(false);
  const [forgotten, setForgotten] = useState<'no' | 'told' | 'code'>('no');
  if (forgotten === 'code') return <Unblock onBack={() => setForgotten('no')} />;
  const wrong = deed.failure?.text === 'pinWrong' ? t('unlock.wrong') : undefined;
  const few = triesLeft !== undefined && triesLeft < allTries ? t('unlock.triesLeft', { count: triesLeft }) : '';
  return (
    <Screen title={t('unlock.title')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setShort(!isPin(pin));
          if (!isPin(pin)) return;
          void deed.run(() => phone.unlock(pin));
          setPin('');
        }}
      >
        <Stack>
          <PinField
            label={t('pin.label')}
            value={pin}
            onChange={setPin}
            problem={short ? t('activation.pinShort') : wrong}
          />
          {few !== '' && <p role="status">{few}</p>}
          {wrong === undefined && <FailureNotice failure={deed.failure} />}
          <Action look="main" icon={<LockIcon />} submits busy={deed.busy}>
            {deed.busy ? t('unlock.checking') : t('unlock.open')}
          </Action>
        </Stack>
      </form>
      <Aside>{t('unlock.stillWorking')}</Aside>
      {forgotten === 'no' ? (
        <Action look="quiet" onPress={() => setForgotten('told')}>
          {t('unlock.forgotten')}
        </Action>
      ) : (
        <Card>
          <p role="status">{t('unlock.forgottenText')}</p>
          <Action onPress={() => setForgotten('code')}>{t('unlock.haveCode')}</Action>
        </Card>
      )}
    </Screen>
  );
}
