// Looks for a QR code a few times a second: with the browser's own detector where it has one, else with a decoder in
// JavaScript on a reduced picture.
import decodeQR from 'qr/decode.js';

const intervalMs = 200;
/** Enough for the largest code of ours, and little enough for an old phone. */
const largestSide = 640;

interface Detector {
  detect(source: CanvasImageSource): Promise<readonly { readonly rawValue: string }[]>;
}

type DetectorMaker = new (options: { formats: string[] }) => Detector;

export function watchForQr(video: HTMLVideoElement, onText: (text: string) => void, signal: AbortSignal): void {
  const canvas = document.createElement('canvas');
  const look = async () => {
    if (signal.aborted) return;
    const text = video.readyState >= video.HAVE_CURRENT_DATA ? await textIn(video, canvas) : undefined;
    if (signal.aborted) return;
    if (text !== undefined) onText(text);
    setTimeout(() => void look(), intervalMs);
  };
  void look();
}

const ownDetector = makeDetector();

function makeDetector(): Detector | undefined {
  const maker = (globalThis as { BarcodeDetector?: DetectorMaker }).BarcodeDetector;
  try {
    return maker && new maker({ formats: ['qr_code'] });
  } catch {
    return undefined;
  }
}

async function textIn(video: HTMLVideoElement, canvas: HTMLCanvasElement): Promise<string | undefined> {
  try {
    const found = await ownDetector?.detect(video);
    if (found?.[0] !== undefined) return found[0].rawValue;
  } catch {
    // Some systems have the detector without what it needs: the other way remains.
  }
  return decodedByScript(video, canvas);
}

function decodedByScript(video: HTMLVideoElement, canvas: HTMLCanvasElement): string | undefined {
  const { videoWidth, videoHeight } = video;
  const scale = Math.min(1, largestSide / Math.max(videoWidth, videoHeight));
  const [width, height] = [Math.floor(videoWidth * scale), Math.floor(videoHeight * scale)];
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  if (drawing === null || width === 0 || height === 0) return undefined;
  Object.assign(canvas, { width, height });
  drawing.drawImage(video, 0, 0, width, height);
  try {
    const { data } = drawing.getImageData(0, 0, width, height);
    return decodeQR({ width, height, data });
  } catch {
    // No code in this picture.
    return undefined;
  }
}
