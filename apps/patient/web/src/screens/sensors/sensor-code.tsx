// The code on the sensor, by camera or by hand.
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
  if (scanning) {
    return (
      <Screen title={t('sensors.codeScan')} back={() => setScanning(false)}>
        <QrCamera onText={onCode} />
        <p>{t('activation.scanHint')}</p>
        <Action onPress={() => setScanning(false)}>{t('activation.type')}</Action>
      </Screen>
    );
  }
  return (
    <Screen title={t('sensors.codeTitle')} back={onBack}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const code = typed.trim();
          if (code === '') setProblem(t('sensors.codeMissing'));
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
