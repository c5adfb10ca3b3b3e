// What only Node can do: EST over TLS whose trust is the activation link's root instead of the machine's store.

export { connectEst, type EstConnection } from './connect-est.ts';
export { type MeasuredPage, measurePage, writeManifest } from './measure-page.ts';
export { measureRelease } from './measure-release.ts';
export { rootedFetch, type TlsClient } from './tls-fetch.ts';
