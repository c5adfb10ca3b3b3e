import type { Words } from '../../language/use-words.ts';

export function problemInWords(problem: 'not-number' | 'impossible', example: string, t: Words['t']): string {
  return problem === 'impossible' ? t('enter.impossible', { example }) : t('enter.notNumber', { example });
}
