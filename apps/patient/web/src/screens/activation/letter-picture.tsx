// What to look for on the letter: a square code, drawn as one (and it is one: it says only the name of this app).
import encodeQR from 'qr';
import classes from './letter-picture.module.css';

const rows = encodeQR('VITALSEAL', 'raw', { border: 2 });
const path = rows.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')).join('')).join('');

export function LetterPicture({ label }: { readonly label: string }) {
  return (
    <svg className={classes.letter} viewBox="0 0 100 64" role="img" aria-label={label}>
      <rect className={classes.sheet} x="1" y="1" width="98" height="62" rx="2" />
      <path className={classes.lines} d="M8 12h34M8 20h40M8 28h36M8 36h40M8 44h28" />
      <svg x="56" y="11" width="36" height="36" aria-hidden="true" viewBox={`0 0 ${rows.length} ${rows.length}`}>
        <rect width={rows.length} height={rows.length} fill="#fff" />
        <path d={path} fill="#000" shapeRendering="crispEdges" />
      </svg>
      <text className={classes.caption} x="74" y="56" textAnchor="middle" direction="ltr">
        VS1-…
      </text>
    </svg>
  );
}
