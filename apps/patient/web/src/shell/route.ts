// Which screen: kept behind the # of the address, so that the phone's own "back" goes back and does not leave the app.
import { useSyncExternalStore } from 'react';

/** `['kind', 'pulse']`; empty: today. */
export type Route = readonly string[];

const invitation = /^#(VS1-[A-Za-z0-9-]+)$/i;
let text = '';
let route: Route = [];

function current(): Route {
  const { hash } = location;
  if (hash === text) return route;
  text = hash;
  route = hash.startsWith('#/') ? hash.slice(2).split('/').filter(Boolean).map(decodeURIComponent) : [];
  return route;
}

function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
}

export const useRoute = (): Route => useSyncExternalStore(subscribe, current);

export const hrefOf = (...parts: string[]): string => `#/${parts.map(encodeURIComponent).join('/')}`;

export function go(...parts: string[]): void {
  location.hash = hrefOf(...parts);
}

/** The way here, as the browser's history has it. */
const way: string[] = [];
way.push(location.hash);
addEventListener('hashchange', () => {
  if (way.at(-2) === location.hash) way.pop();
  else if (way.at(-1) !== location.hash) way.push(location.hash);
});

/** In the place of this screen: "back" does not come here again. */
export function goInstead(...parts: string[]): void {
  way.pop();
  history.replaceState(history.state, '', hrefOf(...parts));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

/** To the screen above; by the phone's own way back where that is where one came from. */
export function goUp(...parts: string[]): void {
  const above = parts.length === 0 ? ['#/', ''] : [hrefOf(...parts)];
  const cameFrom = way.at(-2);
  if (cameFrom !== undefined && above.includes(cameFrom)) history.back();
  else goInstead(...parts);
}

/** The activation code of a link. It is a secret: it does not stay in the address or in the history. */
export function takeCodeFromAddress(): string | undefined {
  const code = invitation.exec(location.hash)?.[1];
  if (code !== undefined) history.replaceState(history.state, '', location.pathname + location.search);
  return code;
}
