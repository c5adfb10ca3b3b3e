// What a camera sees that is held in front of a QR code: frames of YUV4MPEG2, which Chromium takes for a camera's.
import { writeFileSync } from 'node:fs';
import encodeQR from 'qr';

const width = 640;
const height = 480;
const dark = 30;
const light = 225;
const grey = 128;

/** A code that fills most of the picture, on white paper on a grey table. @returns the file */
export function filmOf(text: string, file: string): string {
  const code = encodeQR(text, 'raw', { border: 4 });
  const module = Math.floor((height - 40) / code.length);
  const side = module * code.length;
  const [left, top] = [(width - side) >> 1, (height - side) >> 1];
  const luminance = Buffer.alloc(width * height, grey);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const isDark = code[Math.floor(y / module)]?.[Math.floor(x / module)] ?? false;
      luminance[(top + y) * width + left + x] = isDark ? dark : light;
    }
  }
  const colours = Buffer.alloc((width * height) / 2, grey);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luminance, colours]);
  const head = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(file, Buffer.concat([head, ...Array.from({ length: 10 }, () => frame)]));
  return file;
}
