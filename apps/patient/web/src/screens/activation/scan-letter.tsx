import { decodeActivationCode } from '@vitalseal/uicc/global-platform';
import { useState } from 'react';
import { QrCamera } from '../../camera/qr-camera.tsx';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import { Screen } from '../../parts/screen.tsx';

interface ScanLetterProps {
  readonly onCode: (code: string) => void;
  readonly onType: () => void;
  readonly onBack: () => void;
}

export function ScanLetter({ onCode, onType, onBack }: ScanLetterProps) {
  const { t } = useWords();
  const [foreign, setForeign] = useState(false);
  return (
    <Screen title={t('activation.scanTitle')} back={onBack}>
      <QrCamera
        onText={(text) => {
          const code = activationCodeIn(text);
          if (code === undefined) setForeign(true);
          else onCode(code);
        }}
      />
      <p role="status">{foreign ? t('activation.notOurs') : t('activation.scanHint')}</p>
      <Action onPress={onType}>{t('activation.type')}</Action>
    </Screen>
  );
}

/** The code as it stands, or behind the # of the hospital's link. */
export function activationCodeIn(text: string): string | undefined {
  const code = text.slice(text.indexOf('#') + 1).trim();
  try {
    decodeActivationCode(code);
    return code;
  } catch {
    return undefined;
  }
}
