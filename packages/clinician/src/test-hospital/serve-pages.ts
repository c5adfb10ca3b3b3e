// The built pages with the policy that a hospital must send with them: nothing inline, nothing from elsewhere.
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';

const directives = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "media-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "frame-ancestors 'none'",
];

/** Who may name a script by a text, as the hospital has it. */
const policies: Readonly<Record<string, string>> = { '/patient/': 'vitalseal', '/ambulance/': 'default' };

function policyOf(prefix: string): string {
  return [...directives, `trusted-types ${policies[prefix] ?? "'none'"}`].join('; ');
}

/** Of the patient's app. */
export const contentSecurityPolicy: string = policyOf('/patient/');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

export async function servePages(
  pages: Readonly<Record<string, string>>,
  path: string,
  response: ServerResponse,
): Promise<void> {
  const [prefix, folder] = Object.entries(pages).find(([start]) => path.startsWith(start)) ?? [];
  if (prefix === undefined || folder === undefined) {
    response.writeHead(404).end();
    return;
  }
  const name = normalize(`/${path.slice(prefix.length) || 'index.html'}`);
  try {
    const content = await readFile(join(folder, name));
    response.writeHead(200, {
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': policyOf(prefix),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}
