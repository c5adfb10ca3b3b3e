// The one way in which this app makes the address of a script (Trusted Types): its own built files and its service worker.
// A browser that knows no Trusted Types is given the same address, checked the same way.

import { trustedTypesPolicy } from '@vitalseal/page-policy';

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

const own = /^\/patient\/(?:assets\/[A-Za-z0-9._-]+\.js|service-worker\.js)$/;

function checked(url: string): string {
  const { origin, pathname, search } = new URL(url, location.origin);
  const built = origin === location.origin && own.test(pathname) && search === '';
  // Vite's own server serves sources, and is nobody's but a developer's.
  if (built || import.meta.env.DEV) return url;
  throw new TypeError('expected a script of this app');
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
const policy = trustedTypes?.createPolicy(trustedTypesPolicy('patient'), { createScriptURL: checked });

/** For `new Worker(…)` and for the service worker. The browser takes the object where a text would be refused. */
export function trustedScript(url: string): string {
  return policy?.createScriptURL(url) ?? checked(url);
}
