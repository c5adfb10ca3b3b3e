// vitalseal ca serve
import { Command } from 'commander';
import { addressOf } from './address.ts';
import { collect, dataOption, jsonOption, portOption } from './options.ts';
import { writeJson, writeLines } from './output.ts';

interface ServeOptions {
  data: string;
  port?: number;
  host: string;
  serverName?: readonly string[];
  log?: true;
  json?: true;
}

export function serveCommand(): Command {
  return new Command('serve')
    .summary('serve enrolment (EST) and the revocation list over HTTPS')
    .description(
      'Serves EST (RFC 7030) and the revocation list over TLS 1.3, with a server certificate of its own issuing. Invitations and revocations made by other commands on the same folder take effect at once.',
    )
    .addOption(dataOption())
    .addOption(portOption())
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--server-name <name>', 'a further DNS name or address it is reached by (may be repeated)', collect)
    .option('--log', 'log each request to the standard error, as JSON')
    .addOption(jsonOption())
    .addHelpText(
      'after',
      '\nExample:\n  vitalseal ca serve --data ./authority --host 0.0.0.0 --server-name ca.clinic.example',
    )
    .action(async ({ data, port, host, serverName = [], log, json }: ServeOptions) => {
      // Loaded here: the other commands start faster without a web server.
      const { pino } = await import('pino');
      const { startAuthority } = await import('../start-authority.ts');
      const logger = pino({ enabled: log === true, base: null }, pino.destination(2));
      const address = await addressOf(data);
      const running = await startAuthority({
        dataDir: data,
        port: port ?? Number(address.port || 443),
        host,
        // An IPv6 address stands in brackets in a URL.
        serverNames: [address.hostname.replaceAll(/[[\]]/g, ''), ...serverName],
        log: logger,
      });
      if (json) writeJson({ url: running.url, port: running.port, rootFingerprint: running.rootFingerprint });
      else
        writeLines(
          `The certifying authority "${running.authority.name}" serves at ${running.url}`,
          `root fingerprint ${running.rootFingerprint}`,
        );
      await interrupted();
      await running.close();
    });
}

async function interrupted(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  await promise;
}
