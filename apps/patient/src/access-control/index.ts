// Who this program is, and whether the card lets it in: the terminal's side of GlobalPlatform Secure Element Access
// Control.

export { enforceAccess } from './enforce-access.ts';
export { type OwnRelease, type ReleaseIdentity, releaseIdentity } from './release-identity.ts';
