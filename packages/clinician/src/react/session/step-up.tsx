// A dangerous deed wants the person, not only their session: the hospital asks, the page says why, and the deed is done
// again after the passkey has answered.
import { Button } from '@mantine/core';
import { createContext, type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import { ClinicianError, reasonOf } from '../../errors.ts';
import { Dialog, DialogActions } from '../dialog.tsx';
import { Failure } from '../entrance/failure.tsx';
import { KeyIcon } from '../icons.tsx';
import { usePageSession, useSessionState } from './session-context.tsx';

type Deed = <T>(deed: () => Promise<T>) => Promise<T>;

const StepUpContext = createContext<Deed | undefined>(undefined);

/** Does what the hospital may want a fresh passkey for. @throws ClinicianError `passkey-declined` where the person left it */
export function useStepUp(): Deed {
  const deed = useContext(StepUpContext);
  if (deed === undefined) throw new Error('expected StepUp around this part of the page');
  return deed;
}

interface Asked {
  readonly confirm: () => void;
  readonly leave: () => void;
}

export function StepUp({ children }: { readonly children: ReactNode }) {
  const { session } = usePageSession();
  const [asked, setAsked] = useState<Asked>();
  const asking = useRef<Promise<void>>(undefined);

  const confirmed = useCallback((): Promise<void> => {
    asking.current ??= new Promise<void>((resolve, reject) => {
      const declined = () => reject(new ClinicianError('passkey-declined', 'expected the person to confirm'));
      setAsked({ confirm: resolve, leave: declined });
    }).finally(() => {
      asking.current = undefined;
      setAsked(undefined);
    });
    return asking.current;
  }, []);

  const run = useCallback<Deed>(
    async (deed) => {
      try {
        return await deed();
      } catch (error) {
        if (reasonOf(error) !== 'step-up-required') throw error;
      }
      await confirmed();
      return deed();
    },
    [confirmed],
  );

  return (
    <StepUpContext value={run}>
      {children}
      {asked !== undefined && <StepUpDialog asked={asked} stepUp={() => session.stepUp()} />}
    </StepUpContext>
  );
}

function StepUpDialog({ asked, stepUp }: { readonly asked: Asked; readonly stepUp: () => Promise<void> }) {
  const state = useSessionState();
  const byLink = state.kind === 'open' && state.news.method === 'link';
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<string>();
  const confirm = async () => {
    setBusy(true);
    setFailed(undefined);
    try {
      await stepUp();
      asked.confirm();
    } catch (error) {
      setFailed(reasonOf(error));
    }
    setBusy(false);
  };
  return (
    <Dialog title="Confirm that it is you" onClose={asked.leave}>
      <p>
        This changes who may do what, so the hospital wants {byLink ? 'your word' : 'your passkey'} once more. For a few
        minutes after that it does not ask again.
      </p>
      {failed !== undefined && <Failure title="Not confirmed." code={failed} />}
      <DialogActions>
        <Button leftSection={<KeyIcon />} loading={busy} onClick={() => void confirm()} autoFocus>
          {byLink ? 'Confirm' : 'Confirm with your passkey'}
        </Button>
        <Button variant="default" onClick={asked.leave}>
          Do not do it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
