// The texts of the language in use. The others are fetched when they are asked for, from this origin like all else.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { keepLanguage, type LanguageCode, languageOf } from './languages.ts';
import type { english } from './texts/english.ts';
import type { Texts } from './texts/texts.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'app';
    resources: { app: typeof english };
  }
}

const load: Readonly<Record<LanguageCode, () => Promise<Texts>>> = {
  en: async () => (await import('./texts/english.ts')).english,
  es: async () => (await import('./texts/spanish.ts')).spanish,
  ar: async () => (await import('./texts/arabic.ts')).arabic,
};

export async function startLanguage(code: LanguageCode): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: code,
    ns: ['app'],
    defaultNS: 'app',
    resources: { [code]: { app: await load[code]() } },
    fallbackLng: false,
    // React escapes.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  turnDocument(code);
}

export async function changeLanguage(code: LanguageCode): Promise<void> {
  if (!i18next.hasResourceBundle(code, 'app')) i18next.addResourceBundle(code, 'app', await load[code]());
  await i18next.changeLanguage(code);
  keepLanguage(code);
  turnDocument(code);
}

/** A screen reader takes its voice, and the page its direction, from here. */
function turnDocument(code: LanguageCode): void {
  document.documentElement.lang = code;
  document.documentElement.dir = languageOf(code).direction;
}
