// The row of the NEWS2 chart for one vital, with the cell in which the value landed: why the score is what it is.
import { type Band, pointsOf, pointsOfCell } from '@vitalseal/clinician';
import classes from './band-strip.module.css';

interface BandStripProps {
  readonly bands: readonly Band[];
  /** The points that the hospital gave, null where the vital is missing or too old. */
  readonly points: number | null;
  readonly value: number | undefined;
}

const cells = pointsOfCell.map((points, cell) => ({ points, cell }));

export function BandStrip({ bands, points, value }: BandStripProps) {
  const landed = points === null || value === undefined ? undefined : landedBand(bands, points, value);
  return (
    <ol className={classes.strip} aria-label={inWords(landed, points)}>
      {cells.map(({ cell }) => {
        const band = bands.find((each) => each.cell === cell);
        const here = band !== undefined && band === landed;
        return (
          <li
            key={cell}
            className={classes.cell}
            data-empty={band === undefined}
            data-points={here ? points : undefined}
            aria-current={here}
          >
            {band?.text}
          </li>
        );
      })}
    </ol>
  );
}

/** By the hospital's points, and among the bands with those points the nearest: rounding is the hospital's business. */
function landedBand(bands: readonly Band[], points: number, value: number): Band | undefined {
  const distance = ({ from = -Infinity, to = Infinity }: Band) => Math.max(from - value, value - to, 0);
  return bands.filter((band) => pointsOf(band) === points).sort((a, b) => distance(a) - distance(b))[0];
}

function inWords(landed: Band | undefined, points: number | null): string {
  if (points === null || landed === undefined) return 'no points: not known';
  return `${points} points: ${landed.text}`;
}
