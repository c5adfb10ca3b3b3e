// Texts, times and numbers of the language in use, for a screen.
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type LanguageCode, languageOf } from './languages.ts';
import { localeOf, type Times, timesIn } from './times.ts';

export function useWords() {
  const { t, i18n } = useTranslation();
  const language: LanguageCode = languageOf(i18n.language).code;
  const times: Times = useMemo(() => timesIn(localeOf(language)), [language]);
  const ago = (at: number, now: number): string => times.ago(now - at) ?? t('common.justNow');
  return { t, times, ago, language };
}

export type Words = ReturnType<typeof useWords>;
