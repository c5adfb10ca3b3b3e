// A one-time sign-in link in the address bar. It is taken out at once, before anything can fail: it must not stay in the
// history, be bookmarked or be seen over a shoulder.

/** The whole link, or undefined where the page was opened without one. */
export function takeSignInLink(): string | undefined {
  const { href, hash, pathname, search } = location;
  if (hash.length <= 1) return undefined;
  history.replaceState(null, '', pathname + search);
  return href;
}
