// The ways to a controller beside a Unix socket: TCP, and a serial line.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { openHciStream } from '../hci/open-hci.ts';
import { openRadio } from './open-radio.ts';
import { characteristicOf, openUuid, peripheral, room, sensorAddress, temporaryFolder } from './room.fixture.ts';

/** A pseudo-terminal whose other side is the controller: the nearest thing to a serial line. Perl is on every Debian. */
const serialLine = `
use IO::Socket::UNIX;
open(my $line, '+<', '/dev/ptmx') or die $!;
my $zero = pack('i', 0); ioctl($line, 0x40045431, $zero) or die $!;
my $number = pack('i', 0); ioctl($line, 0x80045430, $number) or die $!;
my $path = '/dev/pts/' . unpack('i', $number);
open(my $held, '+<', $path) or die $!;
system('stty', '-F', $path, 'raw', '-echo') == 0 or die;
$| = 1; print "$path\\n";
sleep 1000 while !@ARGV;
my $controller = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die $!;
while (1) {
  my $ready = ''; vec($ready, fileno($_), 1) = 1 for ($line, $controller);
  select($ready, undef, undef, undef);
  for ([$line, $controller], [$controller, $line]) {
    my ($from, $to) = @$_;
    next unless vec($ready, fileno($from), 1);
    exit unless sysread($from, my $bytes, 4096);
    my $at = 0;
    while ($at < length $bytes) { $at += syswrite($to, $bytes, length($bytes) - $at, $at) or exit; }
  }
}
`;

async function exchangeOver(address: (controllerPath: string) => Promise<string>) {
  const { controller } = await room();
  const sensor = await peripheral(await controller());
  const path = (await controller()).address.slice('h4:'.length);
  const radio = await openRadio(await address(path), { bondFolder: await temporaryFolder() });
  const connection = await radio.connect(await radio.find({ id: sensorAddress }));
  const characteristic = await characteristicOf(connection, openUuid);
  await characteristic.write(new Uint8Array(400));
  expect(await characteristic.read()).toHaveLength(300);
  const heard: number[] = [];
  await characteristic.listen(([value = -1]) => heard.push(value));
  const peer = await sensor.subscribed(openUuid);
  for (let value = 0; value < 100; value++) {
    await sensor.server.notify(peer, openUuid, new Uint8Array(500).fill(value));
  }
  await expect.poll(() => heard).toEqual(Array.from({ length: 100 }, (_, value) => value));
  await radio.close();
  await peer.closed;
}

test('a controller is reached by TCP', async () => {
  await exchangeOver(async (controllerPath) => {
    const server = createServer((socket) => {
      const controller = connect(controllerPath);
      socket.pipe(controller).pipe(socket);
      socket.on('error', () => controller.destroy());
      controller.on('error', () => socket.destroy());
    });
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `h4:127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
});

/** @param controllerPath left out: nobody is at the other end */
async function line(...controllerPath: string[]): Promise<string> {
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'perl', '-e', serialLine, ...controllerPath], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [path] = await once(createInterface(child.stdout), 'line');
  return String(path);
}

test('a controller is reached by a serial line', async () => {
  await exchangeOver(line);
});

test('serial lines on which nobody answers keep nobody from their files, and are let go', async () => {
  const path = await line();
  const streams = [];
  for (let each = 0; each < 6; each++) {
    const stream = await openHciStream({ kind: 'uart', path, baud: 115_200 });
    streams.push(stream.on('data', () => {}));
  }
  expect((await readFile('/proc/self/comm')).length).toBeGreaterThan(0);
  await Promise.all(streams.map((stream) => once(stream.destroy(), 'close')));
  const held = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  expect(await Promise.all(held)).not.toContain(path);
});

test.each(['h4:/nonexistent/socket', 'h4:127.0.0.1:1', '/dev/ttyNothing', 'hci99'])(
  '%s has no controller',
  async (address) => {
    await expect(openRadio(address, { bondFolder: await temporaryFolder() })).rejects.toMatchObject({
      code: 'radio-unavailable',
    });
  },
);

test('a line on which nobody answers is given up', { timeout: 20_000 }, async () => {
  const server = createServer();
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = `h4:127.0.0.1:${(server.address() as AddressInfo).port}`;
  await expect(openRadio(address, { bondFolder: await temporaryFolder() })).rejects.toMatchObject({
    code: 'radio-unavailable',
  });
});
