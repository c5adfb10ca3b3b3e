// The row of the NEWS2 chart for one vital, 3 2 1 0 1 2 3, with the cell in which the value landed: why the score is
// what it is. Its tints are those of the bands behind the signal.
import { type Band, pointsOf, pointsOfCell } from '@vitalseal/clinician';
import classes from './band-strip.module.css';

interface BandStripProps {
  readonly bands: readonly Band[];
  /** The points that the hospital gave, null where the vital is missing or too old. */
  readonly points: number | null;
  readonly value: number | undefined;
  readonly unit: string;
}

const cells = pointsOfCell.map((points, cell) => ({ points, cell }));

export function BandStrip({ bands, points, value, unit }: BandStripProps) {
  const landed = points === null || value === undefined ? undefined : landedBand(bands, points, value);
  return (
    <div className={classes.why}>
      <div className={classes.strip} aria-hidden="true">
        {cells.map(({ cell, points: ofCell }) => {
          const band = bands.find((each) => each.cell === cell);
          return (
            <span
              key={cell}
              className={classes.cell}
              title={band && `${band.text} ${unit}`}
              data-empty={band === undefined}
              data-points={ofCell}
              data-here={band !== undefined && band === landed}
            >
              {band === undefined ? '' : ofCell}
            </span>
          );
        })}
      </div>
      <p className={classes.caption} data-known={landed !== undefined}>
        {landed === undefined ? 'no points: not known' : `${landed.text}${unit && ` ${unit}`}`}
        {landed !== undefined && <span className={classes.points}>{pointsInWords(points)}</span>}
      </p>
    </div>
  );
}

/** By the hospital's points, and among the bands with those points the nearest: rounding is the hospital's business. */
function landedBand(bands: readonly Band[], points: number, value: number): Band | undefined {
  const distance = ({ from = -Infinity, to = Infinity }: Band) => Math.max(from - value, value - to, 0);
  return bands.filter((band) => pointsOf(band) === points).sort((a, b) => distance(a) - distance(b))[0];
}

function pointsInWords(points: number | null): string {
  return points === 1 ? '1 point' : `${points ?? 'no'} points`;
}
