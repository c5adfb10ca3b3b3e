// The patient's secure element, in a Worker of its own: its keys and its memory are not the page's, and everything
// between them is an APDU. The first message brings the card's port.

import { codeOf } from '@vitalseal/secure-element';
import { openWorkerCard } from '@vitalseal/secure-element/browser';
import { serveCard } from '@vitalseal/uicc/message-port';
import type { OpenTheCard, WorkerNews } from './worker-messages.ts';

const tell = (news: WorkerNews) => postMessage(news);

addEventListener('message', ({ data: { name }, ports: [port] }: MessageEvent<OpenTheCard>) => {
  if (!port) return;
  const onFault = (error: unknown) => tell({ kind: 'fault', code: codeOf(error) ?? 'card-faulty' });
  void openWorkerCard({ name, onFault, stirred: () => tell({ kind: 'stirred' }) }).then(
    (card) => serveCard(card, port),
    (error: unknown) => {
      tell({ kind: 'failed', code: codeOf(error) ?? 'card-faulty' });
      port.close();
    },
  );
});
