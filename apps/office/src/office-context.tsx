// The running device of the office, for every part of the page: what it knows, what it asks for, and what is done with it.
import { codeOf, type Office, type OfficeAnswer, type OfficeState, reasonOf } from '@vitalseal/clinician';
import { useStepUp } from '@vitalseal/clinician/react';
import type { OfficeToHospital, OfficeTopic } from '@vitalseal/protocol';
import { createContext, useCallback, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';

const OfficeContext = createContext<Office | undefined>(undefined);

export const OfficeProvider = OfficeContext;

export function useOffice(): Office {
  const office = useContext(OfficeContext);
  if (office === undefined) throw new Error('expected an office around this part of the page');
  return office;
}

export function useOfficeState(): OfficeState {
  const { state } = useOffice();
  return useSyncExternalStore(state.subscribe, state.get);
}

type OfType<Type extends OfficeAnswer['type']> = Extract<OfficeAnswer, { type: Type }>;

export interface Asked<Type extends OfficeAnswer['type']> {
  /** The last answer, also while it is asked for again. */
  readonly answer: OfType<Type> | undefined;
  readonly failed: string | undefined;
}

/** Asks when it is first shown, and again whenever the hospital says that it has changed. */
export function useAnswer<Type extends OfficeTopic & OfficeAnswer['type']>(
  type: Type,
  question: OfficeToHospital,
): Asked<Type> {
  const office = useOffice();
  const { versions, link } = useOfficeState();
  const [asked, setAsked] = useState<Asked<Type>>({ answer: undefined, failed: undefined });
  const version = versions[type];
  const live = link.kind === 'live';
  // As text, so that a question that is written anew each time is the same question.
  const text = JSON.stringify(question);
  const request = useMemo(() => ({ version, question: JSON.parse(text) as OfficeToHospital }), [text, version]);
  useEffect(() => {
    if (!live) return;
    let current = true;
    office.ask(request.question, type).then(
      (answer) => current && setAsked({ answer, failed: undefined }),
      (error: unknown) => current && setAsked((before) => ({ ...before, failed: reasonOf(error) })),
    );
    return () => {
      current = false;
    };
  }, [office, type, request, live]);
  return asked;
}

export interface Deed {
  readonly busy: boolean;
  /** A code; undefined where the last one was done, or left by the person. */
  readonly failed: string | undefined;
  /** Resolves with whether it was done; asks the person for their passkey where the hospital wants it. */
  readonly run: (deed: () => Promise<unknown>) => Promise<boolean>;
}

export function useDeed(): Deed {
  const steppedUp = useStepUp();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string>();
  const run = useCallback(
    async (deed: () => Promise<unknown>) => {
      setBusy(true);
      setFailed(undefined);
      try {
        await steppedUp(deed);
        return true;
      } catch (error) {
        // Whoever declined to confirm needs not be told that it was not done.
        if (codeOf(error) !== 'passkey-declined') setFailed(reasonOf(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [steppedUp],
  );
  return { busy, failed, run };
}
