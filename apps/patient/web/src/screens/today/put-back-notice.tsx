// The phone was put back from an older copy of itself, and what it had taken since may be gone. It stands until it was read.
import { useState } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { WarningIcon } from '../../parts/icons.tsx';
import { Notice } from '../../parts/notice.tsx';
import { usePhoneState } from '../../shell/phone-context.tsx';
import { useNow } from '../../shell/ticker.ts';

const kept = 'vitalseal-put-back-read';

export function PutBackNotice() {
  const { t, times } = useWords();
  const { putBack } = usePhoneState();
  const [read, setRead] = useState(readUntil);
  const now = useNow();
  if (putBack === undefined || putBack.until === read) return null;
  const { from, until } = putBack;
  return (
    <Notice tone="attention" icon={<WarningIcon />} title={t('notice.putBackTitle')} say="status">
      <p>{t('notice.putBack', { from: times.clock(from, now), until: times.clock(until, now) })}</p>
      <Action
        onPress={() => {
          remember(until);
          setRead(until);
        }}
      >
        {t('notice.putBackRead')}
      </Action>
    </Notice>
  );
}

function readUntil(): number {
  try {
    return Number(localStorage.getItem(kept));
  } catch {
    return 0;
  }
}

function remember(until: number): void {
  try {
    localStorage.setItem(kept, String(until));
  } catch {
    // A browser that keeps nothing shows it again.
  }
}
