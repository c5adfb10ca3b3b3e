// The camera's picture, and the text of the QR code that is found in it. No picture leaves this component.
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../language/use-words.ts';
import { Aside } from '../parts/screen.tsx';
import classes from './qr-camera.module.css';
import { watchForQr } from './watch-for-qr.ts';

type CameraState = 'starting' | 'seeing' | 'denied' | 'none';

export function QrCamera({ onText }: { readonly onText: (text: string) => void }) {
  const { t } = useWords();
  const video = useRef<HTMLVideoElement>(null);
  const found = useRef(onText);
  const [state, setState] = useState<CameraState>('starting');
  useEffect(() => {
    found.current = onText;
  }, [onText]);
  useEffect(() => {
    const stopped = new AbortController();
    const element = video.current;
    if (element !== null) {
      void openCamera(element, stopped.signal).then((opened) => {
        if (stopped.signal.aborted) return;
        setState(opened);
        if (opened === 'seeing') watchForQr(element, (text) => found.current(text), stopped.signal);
      });
    }
    return () => stopped.abort();
  }, []);
  return (
    <div className={classes.camera}>
      <video ref={video} muted playsInline aria-label={t('activation.cameraView')} hidden={state !== 'seeing'} />
      {state === 'starting' && <p role="status">{t('activation.cameraStarting')}</p>}
      {state === 'denied' && <p role="alert">{t('activation.cameraDenied')}</p>}
      {state === 'none' && <p role="alert">{t('activation.cameraNone')}</p>}
      {(state === 'starting' || state === 'seeing') && <Aside>{t('activation.cameraAsk')}</Aside>}
    </div>
  );
}

async function openCamera(element: HTMLVideoElement, signal: AbortSignal): Promise<CameraState> {
  try {
    // Undefined on a page that is not served over HTTPS.
    const media: MediaDevices | undefined = navigator.mediaDevices;
    if (media === undefined) return 'none';
    const stream = await media.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
    const stop = () => {
      for (const track of stream.getTracks()) track.stop();
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    element.srcObject = stream;
    await element.play();
    return 'seeing';
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'none';
  }
}
