// One reading a second of each patient, none at quite the same moment of the second as the one before, so that no
// clock of the system (a tick, a checkpoint) always meets the same patient. The same for every run.

/** UTC ms by patient. */
export function scheduleOf({
  patients,
  seconds,
  from,
  shiftMs,
}: {
  readonly patients: number;
  readonly seconds: number;
  readonly from: number;
  readonly shiftMs: number;
}): number[][] {
  const random = sequenceOf(20_260_101 + shiftMs);
  return Array.from({ length: patients }, (_, patient) =>
    Array.from({ length: seconds }, (_, second) => {
      const jitter = Math.floor(random() * 100);
      return from + second * 1000 + Math.floor((patient * 1000) / patients) + shiftMs + jitter;
    }),
  );
}

/** Numerical Recipes' linear congruential generator: even enough for a jitter. */
function sequenceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
