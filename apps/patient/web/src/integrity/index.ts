// The app's release, as the app sees it: which one runs, and whether another is ready or was refused.

export { openRelease, type ReleaseWatch } from './open-release.ts';
export type { ReleaseNews } from './release-messages.ts';
export { trustedScript } from './trusted-script.ts';
