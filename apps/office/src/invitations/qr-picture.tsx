// A link as a QR code, drawn here: it is a secret, and no other server may draw it.
import qrCode from 'qrcode';
import { useMemo } from 'react';
import classes from './qr-picture.module.css';

/** Of the specification: without it many readers find no code. */
const quiet = 4;

export function QrPicture({ text, label }: { readonly text: string; readonly label: string }) {
  const { path, side } = useMemo(() => drawing(text), [text]);
  return (
    <svg className={classes.code} viewBox={`0 0 ${side} ${side}`} role="img" aria-label={label}>
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}

function drawing(text: string): { path: string; side: number } {
  const { size, data } = qrCode.create(text, { errorCorrectionLevel: 'M' }).modules;
  const parts: string[] = [];
  for (let at = 0; at < size * size; at += 1) {
    if (data[at]) parts.push(`M${(at % size) + quiet} ${Math.floor(at / size) + quiet}h1v1h-1z`);
  }
  return { path: parts.join(''), side: size + 2 * quiet };
}
