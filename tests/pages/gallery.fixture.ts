// The patient's screens on states written by hand, built as the app is and served under the policy that a hospital sends.
// Whatever the browser complains of, a violation of that policy above all, is kept.
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contentSecurityPolicy } from '@vitalseal/clinician/testing';
import react from '@vitejs/plugin-react';
import { type Browser, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
};

export const languages = ['en', 'es', 'ar'] as const;
export type LanguageCode = (typeof languages)[number];

export interface Shown {
  readonly state?: string;
  readonly language?: LanguageCode;
  /** Behind the #. */
  readonly screen?: string;
  readonly width?: number;
  readonly height?: number;
  readonly scheme?: 'light' | 'dark';
  readonly contrast?: boolean;
  readonly text?: 'normal' | 'large' | 'largest';
  /** The device's own languages. */
  readonly code?: string;
  /** A file of frames (MJPEG or Y4M) that the camera sees is an option of `open`. */
}

export class Gallery {
  readonly url: string;
  readonly complaints: string[] = [];
  readonly #folder: string;
  readonly #server: Server;
  readonly #browser: Browser;

  private constructor(url: string, folder: string, server: Server, browser: Browser) {
    this.url = url;
    this.#folder = folder;
    this.#server = server;
    this.#browser = browser;
  }

  /** @param video what the camera sees: a path of frames (.mjpeg) */
  static async open(video?: string): Promise<Gallery> {
    const folder = mkdtempSync(join(tmpdir(), 'vitalseal-gallery-'));
    await buildInto(folder);
    const server = createServer((request, response) => {
      const path = new URL(request.url ?? '/', 'http://localhost').pathname;
      const name = normalize(path === '/' ? '/index.html' : path);
      readFile(join(folder, name)).then(
        (content) => {
          response.writeHead(200, {
            'content-type': types[extname(name)] ?? 'application/octet-stream',
            'content-security-policy': contentSecurityPolicy,
          });
          response.end(content);
        },
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const seen = video === undefined ? [] : [...camera, `--use-file-for-fake-video-capture=${video}`];
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: [...flags, ...seen] });
    return new Gallery(`http://localhost:${port}/`, folder, server, browser);
  }

  async show(shown: Shown = {}): Promise<Page> {
    const { state = 'well', language = 'en', screen = '', width = 360, height = 740, scheme = 'light' } = shown;
    const context = await this.#browser.newContext({ viewport: { width, height }, colorScheme: scheme });
    await context.addInitScript({ content: keptScript(shown) });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('favicon')) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    const code = shown.code === undefined ? '' : `&code=${shown.code}`;
    await page.goto(`${this.url}?state=${state}&lang=${language}${code}#/${screen}`);
    await page.locator('h1').first().waitFor();
    await page.evaluate('document.fonts.ready');
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    rmSync(this.#folder, { recursive: true });
  }
}

function keptScript({ contrast = false, text = 'normal' }: Shown): string {
  return `localStorage.setItem('vitalseal-contrast', '${contrast ? 'yes' : 'no'}');
    localStorage.setItem('vitalseal-text', '${text}');`;
}

async function buildInto(folder: string): Promise<void> {
  const { NODE_ENV: mode } = process.env;
  // A development build of React is not what patients have.
  process.env.NODE_ENV = 'production';
  try {
    await build({
      root: fileURLToPath(new URL('../../apps/patient/web/gallery', import.meta.url)),
      configFile: false,
      base: './',
      logLevel: 'warn',
      plugins: [react()],
      build: {
        outDir: folder,
        emptyOutDir: true,
        target: 'es2024',
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        chunkSizeWarningLimit: 2000,
      },
    });
  } finally {
    // Assigned, nothing would be the text "undefined".
    if (mode === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = mode;
  }
}
