// A device's own name within a sentence. Isolated from it: in Arabic "Strap 07," would else be turned round.
import type { Words } from './use-words.ts';

const [firstStrongIsolate, popIsolate] = ['\u2068', '\u2069'];

/** Not every device has one. */
export function sensorName(name: string, { t }: Pick<Words, 't'>): string {
  return firstStrongIsolate + (name === '' ? t('today.links.sensor') : name) + popIsolate;
}
