// Size of the text and strong contrast, as the patient wants them on this phone. Both are attributes of the document that
// the style sheet reads; the colours' scheme is kept by Mantine.
import { useSyncExternalStore } from 'react';

export const textSizes = ['normal', 'large', 'largest'] as const;
export type TextSize = (typeof textSizes)[number];

export interface Preferences {
  readonly text: TextSize;
  readonly contrast: boolean;
}

const keptText = 'vitalseal-text';
const keptContrast = 'vitalseal-contrast';
const wantsContrast = matchMedia('(prefers-contrast: more)');
const listeners = new Set<() => void>();

let preferences = read();

function read(): Preferences {
  const text = textSizes.find((size) => size === localStorage.getItem(keptText)) ?? 'normal';
  const contrast = localStorage.getItem(keptContrast);
  return { text, contrast: contrast === null ? wantsContrast.matches : contrast === 'yes' };
}

/** Before the first screen is drawn. */
export function applyPreferences(): void {
  const { text, contrast } = preferences;
  Object.assign(document.documentElement.dataset, { text, contrast: contrast ? 'strong' : 'usual' });
}

wantsContrast.addEventListener('change', changed);

export function prefer(wanted: Partial<Preferences>): void {
  if (wanted.text !== undefined) localStorage.setItem(keptText, wanted.text);
  if (wanted.contrast !== undefined) localStorage.setItem(keptContrast, wanted.contrast ? 'yes' : 'no');
  changed();
}

function changed(): void {
  preferences = read();
  applyPreferences();
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => preferences,
  );
}
