// One clock for all ages on the page. Ages are in minutes: more often than this nothing that is shown changes.
import { useSyncExternalStore } from 'react';

const tickMs = 5000;
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = Date.now();
  for (const each of listeners) each();
}

function seen(): void {
  if (document.visibilityState === 'visible') tick();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = Date.now();
    timer = setInterval(tick, tickMs);
    // A timer sleeps with the screen; old ages must not be the first thing seen on waking.
    document.addEventListener('visibilitychange', seen);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    document.removeEventListener('visibilitychange', seen);
  };
}

export const useNow = (): number => useSyncExternalStore(subscribe, () => now);
