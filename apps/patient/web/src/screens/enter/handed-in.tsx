// After it: where the reading is, as it goes there.
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { CheckIcon, PhoneIcon, WarningIcon } from '../../parts/icons.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Screen, Stack } from '../../parts/screen.tsx';
import { isKeptByChoice } from '../../parts/where-mark.tsx';
import type { ShownReading } from '../../phone/phone-state.ts';
import { usePhoneState } from '../../shell/phone-context.tsx';
import { goInstead, hrefOf } from '../../shell/route.ts';
import { useNow } from '../../shell/ticker.ts';
import type { Answer } from './answer.ts';
import { CallNow } from './call-now.tsx';
import { AnswerShown } from './check-entry.tsx';

/** The card's clock and this page's may differ by the time that a command takes. */
const toleranceMs = 10_000;

export function HandedIn({ answer, since }: { readonly answer: Answer; readonly since: number }) {
  const { t } = useWords();
  const { readings } = usePhoneState();
  const own = readings.findLast((reading) => isOf(reading, answer, since));
  return (
    <Screen title={t('enter.savedTitle')}>
      {answer.callNow === true && <CallNow />}
      <AnswerShown answer={answer} />
      <Whereabouts reading={own} />
      <Stack>
        <Action look="main" onPress={() => goInstead()}>
          {t('common.done')}
        </Action>
        <Action href={hrefOf('enter')}>{t('enter.another')}</Action>
      </Stack>
    </Screen>
  );
}

function Whereabouts({ reading }: { readonly reading: ShownReading | undefined }) {
  const { t, times } = useWords();
  const now = useNow();
  const where: ShownReading['where'] = reading?.where ?? { place: 'phone' };
  if (where.place === 'hospital') {
    return (
      <Notice tone="good" icon={<CheckIcon />} say="status">
        <p>{t('enter.savedHospital', { time: times.clock(where.confirmedAt, now) })}</p>
      </Notice>
    );
  }
  if (isKeptByChoice(where)) {
    return (
      <Notice tone="plain" icon={<PhoneIcon />} say="status">
        <p>{t('enter.savedNotShared')}</p>
      </Notice>
    );
  }
  const isRefused = where.place === 'refused';
  return (
    <Notice tone={isRefused ? 'attention' : 'plain'} icon={isRefused ? <WarningIcon /> : <PhoneIcon />} say="status">
      <p>{isRefused ? t('enter.savedRefused') : t('enter.savedPhone')}</p>
    </Notice>
  );
}

function isOf(reading: ShownReading, { measurements }: Answer, since: number): boolean {
  if (reading.source.kind !== 'entered' || Math.abs(reading.measuredAt - since) > toleranceMs) return false;
  return measurements.every(({ code }) => reading.measurements.some((one) => one.code === code));
}
