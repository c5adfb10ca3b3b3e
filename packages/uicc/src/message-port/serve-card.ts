// A card at one end of a MessagePort: in a Worker, so that neither its keys nor its memory are the page's.

import type { Card } from '../card.ts';
import { type CardPort, listen } from './card-port.ts';
import { type Answer, parseRequest, type Request } from './messages.ts';

export interface ServedCard {
  /** Takes the card out: the other end is told. */
  remove(): void;
}

/** Answers on `port` with `card`, one command after the other, until it is removed or the port closes. */
export function serveCard(card: Card, port: CardPort): ServedCard {
  let over = false;
  let last: Promise<void> = Promise.resolve();

  const post = (answer: Answer) => {
    if (!over) port.postMessage(answer);
  };
  const remove = () => {
    post({ kind: 'gone' });
    over = true;
    port.close();
  };
  const serve = async (request: Request) => {
    const { kind, number } = request;
    if (kind === 'transmit') return post({ kind: 'response', number, apdu: await card.transmit(request.apdu) });
    await card.reset();
    post({ kind: 'reset', number, atr: card.atr });
  };
  const take = (message: unknown) => {
    last = last.then(async () => {
      if (!over) await serve(parseRequest(message));
    });
    // A terminal that posts what is no message, and a card that fails, both end it.
    last = last.catch(remove);
  };
  listen(port, take, () => {
    over = true;
  });
  post({ kind: 'inserted', atr: card.atr });
  return { remove };
}
