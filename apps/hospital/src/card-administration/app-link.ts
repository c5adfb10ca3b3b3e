/**
 * An activation code as a link that opens the patient's app. The code stands behind the `#`: what is there, a browser sends
 * to nobody.
 * @param origin where the hospital's pages are
 */
export function appLink(origin: string, code: string): string {
  return `${origin}/patient/#${code}`;
}
