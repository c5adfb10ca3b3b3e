// Vite plugin of all pages: the document names the hash of each script and style that it loads, so that a file that was
// changed behind it does not run.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

export function subresourceIntegrity(): Plugin {
  let base = '/';
  return {
    name: 'subresource-integrity',
    apply: 'build',
    configResolved(config) {
      base = config.base;
    },
    // The files as they lie there: whatever else writes the document has done so.
    writeBundle: {
      order: 'post',
      sequential: true,
      async handler({ dir = 'dist' }) {
        const file = join(dir, 'index.html');
        await writeFile(file, await withHashes(await readFile(file, 'utf8'), base, dir));
      },
    },
  };
}

const tag = /<(?:script|link)\b[^>]*>/g;
const checked = /rel="(?:stylesheet|modulepreload)"|^<script\b/;

async function withHashes(html: string, base: string, dir: string): Promise<string> {
  const hashes = new Map<string, string>();
  for (const [element] of html.matchAll(tag)) {
    const path = pathOf(element, base);
    if (path !== undefined) hashes.set(path, await hashOf(join(dir, path)));
  }
  return html.replace(tag, (element) => {
    const hash = hashes.get(pathOf(element, base) ?? '');
    return hash === undefined ? element : element.replace(/\s*\/?>$/, ` integrity="${hash}">`);
  });
}

/** Of the file that an element loads, below the page's folder. */
function pathOf(element: string, base: string): string | undefined {
  if (!checked.test(element) || element.includes('integrity=')) return undefined;
  const [, address = ''] = /\b(?:src|href)="([^"]+)"/.exec(element) ?? [];
  return address.startsWith(base) ? address.slice(base.length) : undefined;
}

async function hashOf(file: string): Promise<string> {
  return `sha384-${createHash('sha384')
    .update(await readFile(file))
    .digest('base64')}`;
}
