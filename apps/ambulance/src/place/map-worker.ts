// MapLibre makes its Worker from a text, which the page's policy refuses (Trusted Types). This says which texts may pass: the
// address of that one Worker as a script, and no markup at all, so that a tile server's attribution is shown as it is written.

import { setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';

interface TrustedTypes {
  createPolicy(
    name: 'default',
    rules: { createScriptURL(url: string): string | null; createHTML(text: string): string },
  ): void;
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
const own = new URL(workerUrl, location.href).href;

trustedTypes?.createPolicy('default', {
  createScriptURL: (url) => (new URL(url, location.href).href === own ? url : null),
  createHTML: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;'),
});

// A worker of our own origin: the page's policy allows no blob.
setWorkerUrl(workerUrl);
