// The session of this page, for every part of it: what is known of it, and how one comes in again.
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Session } from '../../session/session.ts';
import type { SessionState } from '../../session/session-state.ts';

export interface PageSession {
  readonly session: Session;
  /** Leaves what is shown and asks for a sign-in; with it a new session begins. */
  readonly signInAgain: () => void;
}

const SessionContext = createContext<PageSession | undefined>(undefined);

export const SessionProvider = SessionContext;

export function usePageSession(): PageSession {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('expected a session around this part of the page');
  return session;
}

export function useSessionState(): SessionState {
  const { state } = usePageSession().session;
  return useSyncExternalStore(state.subscribe, state.get);
}
