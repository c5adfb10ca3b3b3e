import type { ReactNode } from 'react';
import { useWords } from '../../language/use-words.ts';
import { Action } from '../../parts/action.tsx';
import {
  CheckIcon,
  ClockIcon,
  NoLinkIcon,
  PhoneIcon,
  SharingIcon,
  ShieldIcon,
  WarningIcon,
} from '../../parts/icons.tsx';
import { Notice } from '../../parts/notice.tsx';
import { usePhoneState } from '../../shell/phone-context.tsx';
import { hrefOf } from '../../shell/route.ts';
import { useNow } from '../../shell/ticker.ts';
import { standingOf } from './standing.ts';

interface Said {
  readonly tone: 'good' | 'plain' | 'attention' | 'grave';
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly more?: string | undefined;
  readonly action?: { readonly words: string; readonly href: string };
}

export function StandingNotice() {
  const said = useStanding();
  return (
    <Notice tone={said.tone} icon={said.icon} title={said.title} say="status">
      <p>{said.text}</p>
      {said.more !== undefined && <p>{said.more}</p>}
      {said.action !== undefined && <Action href={said.action.href}>{said.action.words}</Action>}
    </Notice>
  );
}

function useStanding(): Said {
  const { t, times, ago } = useWords();
  const state = usePhoneState();
  const now = useNow();
  const standing = standingOf(state, now);
  switch (standing.kind) {
    case 'withdrawn':
      return {
        tone: 'attention',
        icon: <SharingIcon />,
        title: t('today.status.withdrawnTitle'),
        text: t('today.status.withdrawn'),
        action: { words: t('today.status.startAgain'), href: hrefOf('sharing') },
      };
    case 'distrust':
      return {
        tone: 'grave',
        icon: <ShieldIcon />,
        title: t('today.status.distrustTitle'),
        text: t('today.status.distrust'),
      };
    case 'refused':
      return {
        tone: 'attention',
        icon: <WarningIcon />,
        title: t('today.status.refusedTitle'),
        text: t('today.status.refused'),
      };
    case 'busy':
      return { tone: 'plain', icon: <ClockIcon />, title: t('today.status.busyTitle'), text: t('today.status.busy') };
    case 'offline':
      return {
        tone: 'attention',
        icon: <NoLinkIcon />,
        title: t('today.status.offlineTitle'),
        text:
          standing.waiting === 0
            ? t('today.status.offlineEmpty')
            : t('today.status.offline', { count: standing.waiting }),
        more: t('today.status.offlineSince', { duration: times.duration(now - standing.since) }),
      };
    case 'sending':
      return {
        tone: 'plain',
        icon: <PhoneIcon />,
        title: t('today.status.sendingTitle'),
        text: t('today.status.sending', { count: standing.waiting }),
      };
    case 'quiet':
      return {
        tone: 'attention',
        icon: <ClockIcon />,
        title: t('today.status.quietTitle', { duration: times.duration(now - standing.lastAt) }),
        text: t('today.status.quiet'),
        action: { words: t('today.status.seeSensors'), href: hrefOf('sensors') },
      };
    case 'empty':
      return {
        tone: 'plain',
        icon: <CheckIcon />,
        title: t('today.status.emptyTitle'),
        text: t('today.status.empty', { hospital: state.hospital?.id ?? t('sharing.hospitalUnnamed') }),
      };
    case 'all':
      return {
        tone: 'good',
        icon: <CheckIcon />,
        title: t('today.status.allTitle'),
        text: t('today.status.all', {
          time: times.clock(standing.confirmedAt, now),
          age: ago(standing.confirmedAt, now),
        }),
      };
  }
}
