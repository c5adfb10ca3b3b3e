// The built pages with the policy that a hospital must send with them: nothing inline, nothing from elsewhere.
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { headerPolicy, pageHeaders } from '@vitalseal/page-policy';

/** Of the patient's app. */
export const contentSecurityPolicy: string = headerPolicy('patient');

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
      ...pageHeaders(prefix.replaceAll('/', '')),
      'content-type': types[extname(name)] ?? 'application/octet-stream',
      'cache-control': 'no-store',
    });
    response.end(content);
  } catch {
    response.writeHead(404).end();
  }
}
