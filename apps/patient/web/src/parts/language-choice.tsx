// Each language by its own name, in its own letters.

import { changeLanguage } from '../language/i18n.ts';
import { languages } from '../language/languages.ts';
import { useWords } from '../language/use-words.ts';
import classes from './language-choice.module.css';
import { PickOne } from './pick-one.tsx';

export function LanguageChoice({ asRow = false }: { readonly asRow?: boolean }) {
  const { t, language } = useWords();
  return (
    <div className={asRow ? classes.row : undefined}>
      <PickOne
        legend={t('common.languages')}
        hideLegend={asRow}
        value={language}
        options={languages.map(({ code, name }) => ({ value: code, name, lang: code }))}
        onPick={(code) => void changeLanguage(code)}
      />
    </div>
  );
}
