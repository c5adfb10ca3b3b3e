// Size of the text, colours, contrast: seen at once, kept on this phone.
import { Switch, useMantineColorScheme } from '@mantine/core';
import { useWords } from '../../language/use-words.ts';
import { prefer, textSizes, usePreferences } from '../../look/preferences.ts';
import { PickOne } from '../../parts/pick-one.tsx';
import classes from './look-choice.module.css';

const sizeWords = {
  normal: 'settings.sizeNormal',
  large: 'settings.sizeLarge',
  largest: 'settings.sizeLargest',
} as const;
const switchClasses = {
  body: classes.body ?? '',
  label: classes.label ?? '',
  description: classes.about ?? '',
  track: classes.track ?? '',
  labelWrapper: classes.words ?? '',
};

export function LookChoice() {
  const { t } = useWords();
  const { text, contrast } = usePreferences();
  // Without this Mantine adds a style element for the moment of the change, which the page's policy refuses.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  return (
    <>
      <PickOne
        legend={t('settings.textSize')}
        value={text}
        options={textSizes.map((size) => ({ value: size, name: t(sizeWords[size]) }))}
        onPick={(size) => prefer({ text: size })}
      />
      <PickOne
        legend={t('settings.colours')}
        value={colorScheme}
        options={[
          { value: 'auto', name: t('settings.coloursAuto') },
          { value: 'light', name: t('settings.coloursLight') },
          { value: 'dark', name: t('settings.coloursDark') },
        ]}
        onPick={setColorScheme}
      />
      <Switch
        classNames={switchClasses}
        size="lg"
        checked={contrast}
        onChange={(event) => prefer({ contrast: event.currentTarget.checked })}
        label={t('settings.contrast')}
        description={t('settings.contrastText')}
        withThumbIndicator={false}
      />
    </>
  );
}
