// The languages of the app, each by its own name: who reads none of the others must find his.
export const languages = [
  { code: 'en', name: 'English', direction: 'ltr' },
  { code: 'es', name: 'Español', direction: 'ltr' },
  { code: 'ar', name: 'العربية', direction: 'rtl' },
] as const;

export type Language = (typeof languages)[number];
export type LanguageCode = Language['code'];

const kept = 'vitalseal-language';

export function languageOf(code: string): Language {
  return languages.find((one) => one.code === code) ?? languages[0];
}

/** What was chosen here; else the first of the device's languages that we have; else English. */
export function usualLanguage(): LanguageCode {
  const wanted = [localStorage.getItem(kept) ?? '', ...navigator.languages];
  for (const tag of wanted) {
    const found = languages.find(({ code }) => code === tag.split('-')[0]?.toLowerCase());
    if (found) return found.code;
  }
  return 'en';
}

export function keepLanguage(code: LanguageCode): void {
  localStorage.setItem(kept, code);
}
