// Which of pcscd's readers is meant.

import { UiccError } from '../errors.ts';
import type { ReaderState } from './reader-state.ts';

/**
 * @param wanted a name, or its beginning; undefined for the only reader with a card
 * @returns undefined when there is no card in it
 * @throws UiccError `reader-not-found` when several could be meant
 */
export function chooseReader(readers: readonly ReaderState[], wanted: string | undefined): ReaderState | undefined {
  const exact = readers.find(({ name }) => name === wanted);
  if (exact !== undefined) return exact.card ? exact : undefined;
  const fitting = readers.filter(({ name, card }) => card && name.startsWith(wanted ?? ''));
  if (fitting.length > 1) {
    throw new UiccError('reader-not-found', `expected to be told which reader: ${namesOf(fitting)}`);
  }
  return fitting[0];
}

/** Why there was none to choose. */
export function noSuchCard(readers: readonly ReaderState[], wanted: string | undefined): UiccError {
  const named = readers.filter(({ name }) => name.startsWith(wanted ?? ''));
  if (named.length === 0) {
    const there = readers.length === 0 ? 'there is none' : `there are ${namesOf(readers)}`;
    return new UiccError('reader-not-found', `expected a reader${wanted === undefined ? '' : ` ${wanted}`}: ${there}`);
  }
  return new UiccError('card-gone', `expected a card in ${namesOf(named)}`);
}

function namesOf(readers: readonly ReaderState[]): string {
  return readers.map(({ name }) => `"${name}"`).join(', ');
}
