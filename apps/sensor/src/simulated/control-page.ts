// The simulated patient under a slider: one page on the loopback interface, at an address that holds a secret, so that no
// other user of the machine and no other page of the browser moves it.

import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Condition } from './physiology.ts';

export interface ControlPage {
  readonly url: string;
  close(): Promise<void>;
}

export interface ControlledPatient {
  readonly condition: () => Condition;
  readonly change: (change: Partial<Condition>) => void;
}

const longestBody = 256;

export async function openControlPage(patient: ControlledPatient, port = 0): Promise<ControlPage> {
  const secret = randomBytes(16).toString('hex');
  const server = createServer((request, response) => {
    answer(request, response, `/${secret}/`, patient).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}/${secret}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { condition, change }: ControlledPatient,
): Promise<void> {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('x-content-type-options', 'nosniff');
  if (!sameText(request.url ?? '', path)) return void response.writeHead(404).end();
  if (request.method === 'GET' && request.headers.accept?.includes('application/json')) {
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(condition()));
  }
  if (request.method === 'GET') {
    const nonce = randomBytes(16).toString('base64');
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; frame-ancestors 'none'`,
    });
    return void response.end(page(nonce));
  }
  if (request.method !== 'POST') return void response.writeHead(405).end();
  const meant = parseChange(await bodyOf(request));
  if (!meant) return void response.writeHead(400).end();
  change(meant);
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(condition()));
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) {
    body += chunk;
    if (body.length > longestBody) break;
  }
  return body;
}

/** @returns nothing for what is none */
export function parseChange(body: string): Partial<Condition> | undefined {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof json !== 'object' || json === null) return undefined;
  const { activity, deterioration, oxygen } = json as Record<string, unknown>;
  if (activity !== undefined && activity !== 'rest' && activity !== 'walk') return undefined;
  if (oxygen !== undefined && typeof oxygen !== 'boolean') return undefined;
  const within = typeof deterioration === 'number' && deterioration >= 0 && deterioration <= 1;
  if (deterioration !== undefined && !within) return undefined;
  return {
    ...(activity !== undefined && { activity }),
    ...(within && { deterioration }),
    ...(oxygen !== undefined && { oxygen }),
  };
}

function page(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Simulated patient</title>
<style nonce="${nonce}">
  body { font: 1.25rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem; color-scheme: light dark }
  fieldset { border: 0; padding: 0; margin: 1.5rem 0 }
  input[type=range] { width: 100%; height: 3rem }
  input[type=radio], input[type=checkbox] { width: 1.5rem; height: 1.5rem; vertical-align: middle }
  label { display: inline-block; margin-right: 1.5rem }
</style>
<h1>Simulated patient</h1>
<form>
  <fieldset><legend>Activity</legend>
    <label><input type="radio" name="activity" value="rest"> Rest</label>
    <label><input type="radio" name="activity" value="walk"> Walk</label>
  </fieldset>
  <fieldset>
    <label for="deterioration">Deterioration: <output id="percent">0 %</output></label>
    <input id="deterioration" type="range" min="0" max="100" step="5">
  </fieldset>
  <label><input id="oxygen" type="checkbox"> On oxygen</label>
</form>
<p role="status" id="state"></p>
<script nonce="${nonce}">
  const at = (id) => document.getElementById(id);
  const show = ({ activity, deterioration, oxygen }) => {
    for (const input of document.querySelectorAll('[name=activity]')) input.checked = input.value === activity;
    at('deterioration').value = Math.round(deterioration * 100);
    at('percent').value = Math.round(deterioration * 100) + ' %';
    at('oxygen').checked = oxygen;
  };
  const ask = async (options) => {
    try {
      const answer = await fetch('', options);
      show(await answer.json());
      at('state').textContent = '';
    } catch {
      at('state').textContent = 'The sensor does not run any more.';
    }
  };
  const change = (body) => ask({ method: 'POST', body: JSON.stringify(body) });
  for (const input of document.querySelectorAll('[name=activity]')) input.onchange = () => change({ activity: input.value });
  at('deterioration').oninput = () => change({ deterioration: at('deterioration').value / 100 });
  at('oxygen').onchange = () => change({ oxygen: at('oxygen').checked });
  const read = () => ask({ headers: { accept: 'application/json' } });
  read();
  setInterval(read, 2000);
</script>
</html>
`;
}
