// One thing asked of the phone: whether it is under way, and how it failed. A second press while it is under way does
// nothing.
import { useCallback, useEffect, useRef, useState } from 'react';
import { type FailureSaid, failureOf } from '../language/failure.ts';

export interface Deed {
  readonly busy: boolean;
  readonly failure: FailureSaid | undefined;
  /** @returns whether it was done */
  run(act: () => Promise<void>): Promise<boolean>;
  clear(): void;
}

export function useDeed(): Deed {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<FailureSaid>();
  const underWay = useRef(false);
  const shown = useRef(true);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  const run = useCallback(async (act: () => Promise<void>) => {
    if (underWay.current) return false;
    underWay.current = true;
    setBusy(true);
    setFailure(undefined);
    try {
      await act();
      return true;
    } catch (error) {
      if (shown.current) setFailure(failureOf(error));
      return false;
    } finally {
      underWay.current = false;
      if (shown.current) setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setFailure(undefined), []);
  return { busy, failure, run, clear };
}
