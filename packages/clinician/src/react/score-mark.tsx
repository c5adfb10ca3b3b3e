// The NEWS2 total as a mark. A partial score is a lower bound and says so three times over: by "≥", by the count of what
// is known, and by its broken edge.
import type { News2 } from '@vitalseal/clinical';
import classes from './score-mark.module.css';

const riskNames = {
  high: 'High',
  medium: 'Medium',
  'low-medium': 'Low–medium',
  low: 'Low',
  unknown: 'Unknown',
} as const;

/** As above, where the mark has no room: one parameter alone scores 3 is what low–medium means. */
const shortNames = { ...riskNames, 'low-medium': 'Single 3' } as const;

interface ScoreMarkProps {
  readonly news2: News2 | undefined;
  readonly size?: 'row' | 'head' | 'crew';
}

export function ScoreMark({ news2, size = 'row' }: ScoreMarkProps) {
  const nothingKnown = news2 === undefined || news2.known === 0;
  const partial = !nothingKnown && news2.known < news2.of;
  const risk = nothingKnown ? 'unknown' : news2.risk;
  return (
    <span
      className={classes.mark}
      data-risk={risk}
      data-size={size}
      data-partial={partial || nothingKnown}
      role="img"
      aria-label={scoreInWords(news2)}
    >
      <span className={classes.total}>
        {partial && <span className={classes.atLeast}>≥</span>}
        {nothingKnown ? '–' : news2.total}
      </span>
      <span className={classes.known}>
        {nothingKnown ? '0 of 7' : partial ? `${news2.known} of ${news2.of}` : shortNames[risk]}
      </span>
    </span>
  );
}

export function riskInWords(news2: News2 | undefined): string {
  return riskNames[news2 === undefined || news2.known === 0 ? 'unknown' : news2.risk];
}

export function scoreInWords(news2: News2 | undefined): string {
  if (news2 === undefined || news2.known === 0) return 'NEWS2 unknown: nothing is known';
  const risk = riskNames[news2.risk].toLowerCase();
  return news2.known < news2.of
    ? `NEWS2 at least ${news2.total}, ${news2.known} of ${news2.of} known, risk at least ${risk}`
    : `NEWS2 ${news2.total}, risk ${risk}`;
}
