/** Which of the scripts that are open for a card goes out now. */
import type { CardScriptRow } from '../store/card-scripts.ts';

export type OpenScript = Pick<CardScriptRow, 'number' | 'state' | 'urgent' | 'postponements'>;

/**
 * What is urgent goes before all others. Then what was sent and not answered: the card may have lost it, or may be about
 * to answer. Then what was put off least, and the oldest of it.
 * @param postponed how often the script was put off which the card has put off a moment ago. Whatever was put off as
 * often would be so again: the session ends, and the next one tries.
 */
export function chooseScript<Script extends OpenScript>(
  open: readonly Script[],
  postponed: number | undefined,
): Script | undefined {
  const [first] = open.toSorted(
    (a, b) =>
      b.urgent - a.urgent ||
      Number(b.state === 'sent') - Number(a.state === 'sent') ||
      a.postponements - b.postponements ||
      a.number - b.number,
  );
  return first !== undefined && postponed !== undefined && first.postponements >= postponed ? undefined : first;
}
