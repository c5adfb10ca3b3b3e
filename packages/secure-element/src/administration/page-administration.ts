// Administration where the card has no way of its own: a page carries the session, sealed end to end under the card's key
// (see the protocol's `card-session`). What the page and its TLS see is the card's name and the length of what is said.

import {
  cardSessionMediaType,
  cardSessionName,
  cardSessionPath,
  cardSessionPrologue,
  cardSessionRequest,
  type NoiseTransport,
  noiseInitiator,
  openCardAnswer,
  ProtocolError,
  sealCardPost,
} from '@vitalseal/protocol';
import { NotTaken } from '../delivery/delivery-failure.ts';
import type { CarriedAnswer } from '../delivery/hospital-carrier.ts';
import { SecureElementError } from '../errors.ts';
import type { PageCarrier } from '../mha/page/page-carrier.ts';
import type { AdministrationPeer, AdministrationPost, ConnectAdministration } from './administration-carrier.ts';

export function pageAdministration(page: PageCarrier): ConnectAdministration {
  return (peer) => {
    let transport: NoiseTransport | undefined;
    let counter = 0;
    return {
      async post({ path, headers, body }: AdministrationPost, signal) {
        transport ??= await openSession(page, peer, signal);
        const number = counter;
        counter += 1;
        const sealed = await sealCardPost(transport, number, { path, headers: Object.entries(headers), body });
        const session = cardSessionName(transport);
        const request = cardSessionRequest.encode({ type: 'post', session, counter: number, sealed });
        const carried = expectTaken(await page.post(cardSessionPath, cardSessionMediaType, request, signal));
        const answer = await genuine(openCardAnswer(transport, number, carried.body));
        const named = answer.headers.map(([name, value]) => [name.toLowerCase(), value] as const);
        return { status: answer.status, headers: Object.fromEntries(named), body: answer.body };
      },
      close() {},
    };
  };
}

async function openSession(
  page: PageCarrier,
  { psk, identity }: AdministrationPeer,
  signal: AbortSignal,
): Promise<NoiseTransport> {
  const handshake = await noiseInitiator(psk, cardSessionPrologue(identity));
  const request = cardSessionRequest.encode({ type: 'open', identity, message1: handshake.message1 });
  const carried = expectTaken(await page.post(cardSessionPath, cardSessionMediaType, request, signal));
  return await genuine(handshake.finish(carried.body));
}

function expectTaken(answer: CarriedAnswer): CarriedAnswer {
  if (answer.status !== 200) throw new NotTaken(answer);
  return answer;
}

/** @throws SecureElementError `hospital-untrusted` for what nobody has sealed who has the card's key */
async function genuine<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new SecureElementError('hospital-untrusted', "expected an answer under the card's key", { cause });
  }
}
