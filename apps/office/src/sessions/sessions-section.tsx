// Who is signed in, where, and since when. Ending a session is one press: its certificate is revoked and its channel cut
// within seconds, and a press too many costs no more than a sign-in.
import { Button } from '@mantine/core';
import { useDeviceNow } from '@vitalseal/clinician/react';
import type { OpenSession } from '@vitalseal/protocol';
import { useAnswer, useDeed, useOffice } from '../office-context.tsx';
import { roleInWords } from '../parts/person-words.ts';
import { Empty, Section } from '../parts/section.tsx';
import table from '../parts/table.module.css';
import { whenInWords } from '../parts/times.ts';

export function SessionsSection() {
  const { answer, failed } = useAnswer('sessions', { type: 'sessions' });
  const deed = useDeed();
  const office = useOffice();
  const now = useDeviceNow();
  const sessions = [...(answer?.sessions ?? [])].sort((a, b) => b.activeAt - a.activeAt);
  return (
    <Section
      title="Sessions"
      text="Each is one device in which somebody has signed in. A lost or stolen device: end its session here; its key is worth nothing from then on."
      unread={failed}
      undone={deed.failed}
    >
      {sessions.length === 0 ? (
        <Empty asked={answer !== undefined} text="Nobody is signed in." />
      ) : (
        <table className={table.table}>
          <caption className={table.caption}>Open sessions, the one used last first</caption>
          <thead>
            <tr>
              <th scope="col">Who</th>
              <th scope="col">Signed in</th>
              <th scope="col">Last used</th>
              <th scope="col">Ends</th>
              <th scope="col">Now</th>
              <th scope="col">
                <span className={table.caption}>End it</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sessions.map((session) => (
              <tr key={session.session}>
                <th scope="row">
                  <span className={table.name}>{session.name}</span>
                  <span className={table.aside}>
                    {roleInWords(session.person.role)} · {session.person.id}
                  </span>
                </th>
                <td>
                  {whenInWords(session.openedAt, now)}
                  <span className={table.aside}>{session.method === 'passkey' ? 'by passkey' : 'by a link'}</span>
                </td>
                <td>{whenInWords(session.activeAt, now)}</td>
                <td>{whenInWords(session.expiresAt, now)}</td>
                <td>{stateInWords(session)}</td>
                <td className={table.right}>
                  <Button
                    size="xs"
                    variant="default"
                    disabled={deed.busy}
                    aria-label={`End session of ${session.name}`}
                    onClick={() =>
                      void deed.run(() => office.ask({ type: 'revoke-session', session: session.session }, 'result'))
                    }
                  >
                    End session
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function stateInWords({ connected, locked }: OpenSession): string {
  if (!connected) return locked ? 'locked, not connected' : 'not connected';
  return locked ? 'locked' : 'in use';
}
