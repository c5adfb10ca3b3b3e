// The code on the sensor, by camera or by hand.
import { parseSensorCode } from '@vitalseal/protocol';
import { useState } from 'react';
import { QrCamera } from '../../camera/qr-camera.tsx';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { Field } from '../../parts/field.tsx';
import { CameraIcon } from '../../parts/icons.tsx';
import { Screen, Stack } from '../../parts/screen.tsx';

interface SensorCodeProps {
  readonly onCode: (code: string) => void;
  readonly onBack: () => void;
}

export function SensorCode({ onCode, onBack }: SensorCodeProps) {
  const { t } = useWords();
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const [scanning, setScanning] = useState(false);
  const [foreign, setForeign] = useState(false);
  if (scanning) {
    return (
      <Screen title={t('sensors.codeScan')} back={() => setScanning(false)}>
        <QrCamera
          onText={(text) => {
            const code = sensorCodeIn(text);
            if (code === undefined) setForeign(true);
            else onCode(code);
          }}
        />
        <p role="status">{foreign ? t('sensors.codeForeign') : t('activation.scanHint')}</p>
        <Action onPress={() => setScanning(false)}>{t('activation.type')}</Action>
      </Screen>
    );
  }
  return (
    <Screen title={t('sensors.codeTitle')} back={onBack}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const code = sensorCodeIn(typed);
          if (code === undefined) setProblem(t(typed.trim() === '' ? 'sensors.codeMissing' : 'failure.codeMalformed'));
          else onCode(code);
        }}
      >
        <Stack>
          <Field
            label={t('sensors.codeLabel')}
            hint={t('sensors.codeHint')}
            value={typed}
            onChange={(text) => {
              setTyped(text);
              setProblem(undefined);
            }}
            problem={problem}
            inputMode="numeric"
            code
          />
          <Action look="main" submits>
            {t('common.next')}
          </Action>
          <Action icon={<CameraIcon />} onPress={() => setScanning(true)}>
            {t('sensors.codeScan')}
          </Action>
        </Stack>
      </form>
    </Screen>
  );
}

/** Its check digit finds a wrong one here, before any sensor is asked. */
function sensorCodeIn(text: string): string | undefined {
  try {
    return parseSensorCode(text);
  } catch {
    return undefined;
  }
}
