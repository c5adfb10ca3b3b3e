import { type ReactNode, useId, useState } from 'react';
import { sensorName } from '../../language/sensor-name.ts';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { FailureNotice } from '../../parts/failure-notice.tsx';
import { BatteryIcon, CheckIcon, ClockIcon, WarningIcon } from '../../parts/icons.tsx';
import { Question } from '../../parts/question.tsx';
import { Card } from '../../parts/screen.tsx';
import type { SensorState } from '../../phone/phone-state.ts';
import { usePhone, usePhoneState } from '../../shell/phone-context.tsx';
import { useNow } from '../../shell/ticker.ts';
import { type Deed, useDeed } from '../../shell/use-deed.ts';
import classes from './sensor-card.module.css';

const lowBattery = 15;

export function SensorCard({ sensor }: { readonly sensor: SensorState }) {
  const words = useWords();
  const { t, ago } = words;
  const phone = usePhone();
  const { bluetooth } = usePhoneState();
  const now = useNow();
  const deed = useDeed();
  const [removing, setRemoving] = useState(false);
  const heading = useId();
  const { link, lastValueAt, battery, dropped } = sensor;
  const isAway = link.state === 'away' || link.state === 'ask-again';
  return (
    <Card>
      <div>
        <h2 id={heading}>{sensorName(sensor.name, words)}</h2>
        <p className={classes.kind}>{t(sensor.kind === 'sealed' ? 'sensors.kindSealed' : 'sensors.kindStandard')}</p>
      </div>
      <ul className={classes.facts}>
        <LinkFact sensor={sensor} />
        {/* Of one that was forgotten with the page it is not known whether it had one. */}
        {(lastValueAt !== undefined || link.state !== 'ask-again') && (
          <Fact icon={<ClockIcon size="small" />}>
            {lastValueAt === undefined ? t('sensors.noValue') : t('sensors.lastValue', { age: ago(lastValueAt, now) })}
          </Fact>
        )}
        {battery !== undefined && (
          <Fact icon={<BatteryIcon size="small" />} strong={battery <= lowBattery}>
            {t(battery <= lowBattery ? 'sensors.batteryLow' : 'sensors.battery', { percent: battery })}
          </Fact>
        )}
        {dropped > 0 && <Fact icon={<WarningIcon size="small" />}>{t('sensors.dropped', { count: dropped })}</Fact>}
      </ul>
      {link.state === 'ask-again' && <p>{t('sensors.askAgainText')}</p>}
      {/* Not the sensor's fault: what is above the sensors says so. */}
      {link.state === 'away' && bluetooth !== 'off' && <p>{t('sensors.awayText')}</p>}
      <FailureNotice failure={deed.failure} />
      {isAway && (
        <Action busy={deed.busy} describedBy={heading} onPress={() => void deed.run(() => phone.reconnect(sensor.id))}>
          {t(link.state === 'ask-again' ? 'sensors.choose' : 'sensors.reconnect')}
        </Action>
      )}
      <Action look="quiet" describedBy={heading} onPress={() => setRemoving(true)}>
        {t('sensors.remove')}
      </Action>
      {removing && <RemoveQuestion sensor={sensor} deed={deed} onClose={() => setRemoving(false)} />}
    </Card>
  );
}

function LinkFact({ sensor: { link } }: { readonly sensor: SensorState }) {
  const { t } = useWords();
  switch (link.state) {
    case 'connected':
      return <Fact icon={<CheckIcon size="small" />}>{t('sensors.connected')}</Fact>;
    case 'connecting':
      return <Fact icon={<ClockIcon size="small" />}>{t('sensors.connecting')}</Fact>;
    case 'away':
    case 'ask-again':
      return (
        <Fact icon={<WarningIcon size="small" />} strong>
          {t(link.state === 'away' ? 'sensors.away' : 'sensors.askAgain')}
        </Fact>
      );
  }
}

interface FactProps {
  readonly icon: ReactNode;
  readonly strong?: boolean;
  readonly children: ReactNode;
}

function Fact({ icon, strong = false, children }: FactProps) {
  return (
    <li className={classes.fact} data-strong={strong}>
      {icon}
      <span>{children}</span>
    </li>
  );
}

interface RemoveQuestionProps {
  readonly sensor: SensorState;
  readonly deed: Deed;
  readonly onClose: () => void;
}

function RemoveQuestion({ sensor, deed, onClose }: RemoveQuestionProps) {
  const words = useWords();
  const { t } = words;
  const phone = usePhone();
  return (
    <Question title={t('sensors.removeTitle', { name: sensorName(sensor.name, words) })} onClose={onClose}>
      <p>{t('sensors.removeText')}</p>
      <Action look="main" onPress={onClose}>
        {t('sensors.removeNo')}
      </Action>
      <Action
        busy={deed.busy}
        onPress={() => {
          onClose();
          void deed.run(() => phone.removeSensor(sensor.id));
        }}
      >
        {t('sensors.removeYes')}
      </Action>
    </Question>
  );
}
