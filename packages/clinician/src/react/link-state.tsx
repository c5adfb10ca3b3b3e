// Whether what is shown is still true. A dead link must look dead: the pill says it, the banner spans the page and the
// page behind it loses its colour (`data-link` on the frame).
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ageInWords } from '../ward/age.ts';
import { timeInWords, timeWithSeconds } from '../ward/vital-names.ts';
import type { Link } from '../ward/ward.ts';
import { useDeviceNow, useWard } from './clinician-context.tsx';
import { NoLinkIcon } from './icons.tsx';
import classes from './link-state.module.css';
import { usePageSession } from './session/session-context.tsx';

export type LinkLook = 'live' | 'waiting' | 'dead';

export function linkLook(link: Link): LinkLook {
  if (link.kind === 'live') return 'live';
  return link.kind === 'connecting' ? 'waiting' : 'dead';
}

/** For `data-link` on the page's frame. */
export function useLinkLook(): LinkLook {
  return linkLook(useWard().link);
}

export function LinkPill() {
  return <LinkPillOf link={useWard().link} />;
}

export function LinkPillOf({ link }: { readonly link: Link }) {
  const now = useDeviceNow();
  return (
    <span className={classes.pill} data-look={linkLook(link)}>
      <span className={classes.dot} aria-hidden="true" />
      <span>{pillText(link, now)}</span>
    </span>
  );
}

function pillText(link: Link, now: number): string {
  switch (link.kind) {
    case 'live':
      return `Live · heard ${ageInWords(now - link.heardAt)} ago`;
    case 'connecting':
      return 'Connecting';
    case 'lost':
      return `Reconnecting since ${timeInWords(link.since, now)}`;
    case 'refused':
      return 'Refused by the hospital';
    case 'stopped':
      return 'Stopped';
  }
}

/** Spans the page while the hospital is out of reach. */
export function LinkBanner() {
  const { link, patients } = useWard();
  const text =
    patients.size === 0
      ? 'No reading and no alarm can arrive.'
      : 'Everything below is from before then. New readings and alarms do not arrive here.';
  return <LinkBannerOf link={link} text={text} />;
}

export function LinkBannerOf({ link, text }: { readonly link: Link; readonly text: string }) {
  const now = useDeviceNow();
  const { signInAgain } = usePageSession();
  if (linkLook(link) !== 'dead') return null;
  const refused = link.kind === 'refused';
  return (
    <div className={classes.banner} role="alert">
      <NoLinkIcon size={22} />
      <div>
        <strong>{bannerTitle(link, now)}</strong>
        <span className={classes.bannerText}>
          {refused ? `It has ended this session, or does not know this device (${link.because}).` : text}
        </span>
      </div>
      {refused && (
        <Button className={classes.again} variant="default" size="xs" onClick={signInAgain}>
          Sign in again
        </Button>
      )}
      <NextTry link={link} />
    </div>
  );
}

function bannerTitle(link: Link, now: number): string {
  if (link.kind === 'refused') return 'The hospital refused this device: alarms are not shown here.';
  if (link.kind === 'stopped') return 'Stopped.';
  if (link.kind !== 'lost') return '';
  return link.heardAt === undefined
    ? `The hospital has not been reached since ${timeInWords(link.since, now)}.`
    : `No contact with the hospital since ${timeWithSeconds(link.heardAt)}.`;
}

// The seconds are hidden from screen readers: an alert that changes each second is read out each second.
function NextTry({ link }: { link: Link }) {
  const now = useDeviceNow();
  if (link.kind !== 'lost') return null;
  const wait = link.nextAttemptAt === undefined ? 0 : link.nextAttemptAt - now;
  return (
    <span className={classes.next} aria-hidden="true">
      {link.heardAt !== undefined && <span>{ageInWords(now - link.heardAt)} old</span>}
      <span>{wait > 0 ? `try ${link.attempt + 1} in ${Math.ceil(wait / 1000)} s` : `try ${link.attempt + 1} now`}</span>
    </span>
  );
}

/** The tab's title says it too: the page may stand behind another. */
export function useTitle(title: string): void {
  const [original] = useState(() => document.title);
  useEffect(() => {
    document.title = title;
    return () => {
      document.title = original;
    };
  }, [title, original]);
}
