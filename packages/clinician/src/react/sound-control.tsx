// Alarm sound: on, paused for two minutes, or not yet allowed by the browser. There is no "off": a pause ends by itself,
// and at once when a new alarm comes.
import { Button } from '@mantine/core';
import type { AlarmPriority } from '@vitalseal/protocol';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SessionState } from '../session/session-state.ts';
import { highestPriority } from '../ward/acuity.ts';
import { needsSomeone, type Ward } from '../ward/ward.ts';
import { AlarmPlayer } from './alarm-player.ts';
import { useDeviceNow, useWard } from './clinician-context.tsx';
import { BellIcon, BellOffIcon, BellPausedIcon } from './icons.tsx';
import { useSessionState } from './session/session-context.tsx';
import classes from './sound-control.module.css';

const pauseMs = 120_000;
/** A break of the link shorter than this is repaired before it worries anyone. */
const linkGraceMs = 15_000;

export function SoundControl({ prominent = false }: { readonly prominent?: boolean }) {
  const ward = useWard();
  const now = useDeviceNow();
  const { audible, player } = useAlarmPlayer();
  const [pausedUntil, setPausedUntil] = useState(0);
  const paused = pausedUntil > now;
  const session = useSessionState();
  const unanswered = unansweredIn(ward);
  const waiting = mostUrgent(session);

  const newest = Math.max(0, ...unanswered.map(({ since }) => since));
  const heardBefore = useRef(newest);
  useEffect(() => {
    if (newest > heardBefore.current) setPausedUntil(0);
    heardBefore.current = newest;
  }, [newest]);
  const waits = waitingIn(session);
  const waitedBefore = useRef(waits);
  useEffect(() => {
    if (waits > waitedBefore.current) setPausedUntil(0);
    waitedBefore.current = waits;
  }, [waits]);

  const wanted = paused ? undefined : soundFor(ward, waiting ?? highestPriority(unanswered), now);
  useEffect(() => player?.want(wanted), [player, wanted]);

  if (!audible) {
    return (
      <Button
        className={classes.off}
        data-prominent={prominent}
        size={prominent ? 'lg' : 'xs'}
        variant="default"
        leftSection={<BellOffIcon />}
        onClick={() => void player?.unlock()}
      >
        Sound is off: turn on
      </Button>
    );
  }
  return (
    <Button
      size={prominent ? 'lg' : 'xs'}
      variant="subtle"
      color="gray"
      className={classes.on}
      leftSection={paused ? <BellPausedIcon /> : <BellIcon />}
      aria-pressed={paused}
      onClick={() => setPausedUntil(paused ? 0 : Date.now() + pauseMs)}
    >
      {paused ? `Sound back in ${Math.ceil((pausedUntil - now) / 1000)} s` : 'Pause sound 2 min'}
    </Button>
  );
}

interface Unanswered {
  readonly priority: AlarmPriority;
  readonly since: number;
}

/** The doctor's alarms and the crew's calls. */
function unansweredIn({ alarms, dispatches }: Ward): Unanswered[] {
  const calls = [...dispatches.values()].filter(({ state }) => state === 'offered');
  return [
    ...[...alarms.values()].filter(needsSomeone).map(({ priority, raisedAt }) => ({ priority, since: raisedAt })),
    ...calls.map(({ priority, at }) => ({ priority, since: at })),
  ];
}

/** Of a locked session, of which the hospital tells no more than that. */
function mostUrgent(session: SessionState): AlarmPriority | undefined {
  if (session.kind !== 'locked' || session.waiting === undefined) return undefined;
  const { waiting } = session;
  return waiting.calls > 0 ? 'high' : (['high', 'medium', 'low'] as const).find((priority) => waiting[priority] > 0);
}

function waitingIn(session: SessionState): number {
  if (session.kind !== 'locked' || session.waiting === undefined) return 0;
  const { high, medium, low, calls } = session.waiting;
  return high + medium + low + calls;
}

/** A lost link is a technical alarm of medium priority: nobody would hear the next patient alarm. */
function soundFor(ward: Ward, alarm: AlarmPriority | undefined, now: number): AlarmPriority | undefined {
  if (alarm !== undefined) return alarm;
  const { link } = ward;
  if (link.kind === 'refused') return 'medium';
  return link.kind === 'lost' && now - (link.heardAt ?? link.since) > linkGraceMs ? 'medium' : undefined;
}

export function useAlarmPlayer(): { audible: boolean; player: AlarmPlayer | undefined } {
  const [player, setPlayer] = useState<AlarmPlayer>();
  const [audible, setAudible] = useState(false);
  const created = useRef<AlarmPlayer>(undefined);
  const check = useCallback(() => setAudible(created.current?.audible ?? false), []);
  useEffect(() => {
    const made = new AlarmPlayer(check);
    created.current = made;
    setPlayer(made);
    // The first touch of the page, wherever it is, is the permission that the browser asks for.
    const unlock = () => void made.unlock();
    // Or one that was before this part of the page was drawn.
    if (navigator.userActivation?.hasBeenActive) unlock();
    addEventListener('pointerdown', unlock, { once: true });
    addEventListener('keydown', unlock, { once: true });
    return () => {
      removeEventListener('pointerdown', unlock);
      removeEventListener('keydown', unlock);
      made.close();
    };
  }, [check]);
  return { audible, player };
}
