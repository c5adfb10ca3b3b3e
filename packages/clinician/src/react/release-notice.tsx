// Whether the program that the hospital runs is one that the authority vouches for, as its TPM proves it. What is refuted is
// loud; what cannot be proved is said; what is proved stands in the session's dialog and takes no room here.
import type { HospitalRelease } from '../link/hospital-release.ts';
import { timeInWords } from '../ward/vital-names.ts';
import { UnreadableIcon } from './icons.tsx';
import { Notice } from './session/session-notices.tsx';

export function ReleaseNotice({ release }: { readonly release: HospitalRelease | undefined }) {
  if (release === undefined || release.kind === 'proved') return null;
  // With keys in files it cannot be: that is a notice of its own.
  if (release.kind === 'unproved' && release.because === 'not-attestable') return null;
  if (release.kind === 'unproved') {
    return (
      <Notice icon={<UnreadableIcon size={18} />}>
        Which release this hospital runs could not be proved yet ({release.because}).
      </Notice>
    );
  }
  return (
    <Notice icon={<UnreadableIcon size={18} />} urgent>
      <strong>This hospital’s program is not one that the authority vouches for.</strong> Be careful with what this page
      shows, and tell the hospital’s IT ({release.because}).
    </Notice>
  );
}

export function releaseInWords(release: HospitalRelease | undefined, now: number): string {
  if (release?.kind === 'proved') {
    return `${release.name} ${release.version}, proved by its TPM at ${timeInWords(release.at, now)}`;
  }
  return release?.kind === 'refuted' ? `not one that the authority vouches for (${release.because})` : 'not proved';
}
