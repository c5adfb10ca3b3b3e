// A value with its unit. Isolated from the text around it: in Arabic "128/79" would else be turned round.

import { mdcUnit } from '@vitalseal/protocol';
import { useWords, type Words } from '../language/use-words.ts';
import { decimals, type Kind, type Value } from '../readings/kinds.ts';
import classes from './value-text.module.css';

const levels = ['A', 'C', 'V', 'P', 'U'] as const;
/** Weight and glucose come in more than one unit. */
const unitNames: ReadonlyMap<number, string> = new Map<number, string>([
  [mdcUnit.kilograms, 'kg'],
  [mdcUnit.milligramsPerDecilitre, 'mg/dL'],
  [mdcUnit.millimolesPerLitre, 'mmol/L'],
]);

export function ValueText({
  kind,
  value,
  big = false,
}: {
  readonly kind: Kind;
  readonly value: Value;
  readonly big?: boolean;
}) {
  const words = useWords();
  const unit = numberOf(kind, value, words) === undefined ? '' : unitOf(kind, value, words);
  return (
    <span className={classes.value} data-big={big}>
      <bdi className={classes.number}>{valueInWords(kind, value, words)}</bdi>
      {unit !== '' && <span className={classes.unit}> {unit}</span>}
    </span>
  );
}

export function unitOf(kind: Kind, { unit }: Value, { t }: Words): string {
  if (kind === 'weight' || kind === 'glucose') return unitNames.get(unit) ?? t(`kind.${kind}.unit`);
  return t(`kind.${kind}.unit`);
}

export function valueInWords(kind: Kind, value: Value, words: Words): string {
  const { t } = words;
  if (value.first === null) return t('value.none');
  if (kind === 'oxygen') return t(value.first > 0 ? 'value.oxygenYes' : 'value.oxygenNo');
  if (kind === 'consciousness') {
    const level = levels[value.first];
    return level === undefined ? t('value.none') : t(`value.${level}`);
  }
  return numberOf(kind, value, words) ?? t('value.none');
}

function numberOf(kind: Kind, { first, second }: Value, { times }: Words): string | undefined {
  if (first === null || kind === 'oxygen' || kind === 'consciousness') return undefined;
  const upper = times.number(first, decimals(kind));
  return second == null ? upper : `${upper}/${times.number(second, 0)}`;
}
