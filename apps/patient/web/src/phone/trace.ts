// What is remembered of the card outside of its own store: that there is one, and how many readings wait in it. A browser
// that throws the store away for want of room leaves this, and so the patient can be told. It says no value and no name.

const place = 'vitalseal-in-care';

export interface Trace {
  /** Readings that the hospital had not confirmed when the app last looked. */
  readonly waiting: number;
}

let written: number | undefined;

export function leaveTrace({ waiting }: Trace): void {
  if (written === waiting) return;
  try {
    localStorage.setItem(place, String(waiting));
    written = waiting;
  } catch {
    // A browser that keeps nothing.
  }
}

/** @returns undefined where there was no card in care */
export function findTrace(): Trace | undefined {
  try {
    const found = localStorage.getItem(place);
    if (found === null) return undefined;
    const waiting = Number(found);
    return { waiting: Number.isSafeInteger(waiting) && waiting > 0 ? waiting : 0 };
  } catch {
    return undefined;
  }
}

export function removeTrace(): void {
  written = undefined;
  try {
    localStorage.removeItem(place);
  } catch {
    // It kept nothing.
  }
}
