// An adapter of the kernel's (USB, built in), taken for oneself: the HCI user channel of Linux, a socket that Node cannot open. Perl
// can, and is on every Debian and Raspberry Pi OS; it copies whole packets between that socket and ours. It needs the right
// CAP_NET_ADMIN, and an adapter that is down.

import { type ChildProcess, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { BleError } from '../errors.ts';
import { adapterFault } from './adapter-fault.ts';

/** A number opens that adapter; a path stands in for one in the tests, of whose kernels none has Bluetooth. */
const program = `
use Socket;
sub fault { print STDERR 'errno ' . ($! + 0) . "\\n"; exit 1; }
my ($adapter) = @ARGV;
if ($adapter =~ /^[0-9]+$/) {
  socket(CONTROLLER, 31, SOCK_RAW, 1) or fault();
  bind(CONTROLLER, pack('SSS', 31, $adapter, 1)) or fault();
} else {
  socket(CONTROLLER, AF_UNIX, SOCK_STREAM, 0) or fault();
  connect(CONTROLLER, pack_sockaddr_un($adapter)) or fault();
}
my ($from_host, $waiting) = ('', '');
vec($waiting, fileno(STDIN), 1) = 1;
vec($waiting, fileno(CONTROLLER), 1) = 1;
while (1) {
  next if select(my $ready = $waiting, undef, undef, undef) < 0;
  if (vec($ready, fileno(STDIN), 1)) {
    sysread(STDIN, $from_host, 65536, length $from_host) or exit;
    # The channel takes one packet at a time: a command, ACL data or isochronous data.
    while (length $from_host >= 5 || (length $from_host == 4 && ord($from_host) == 1)) {
      my $type = ord($from_host);
      my $end = $type == 1 ? 4 + ord(substr($from_host, 3, 1)) : 5 + (unpack('v', substr($from_host, 3, 2)) & ($type == 5 ? 0x3fff : 0xffff));
      last if length $from_host < $end;
      syswrite(CONTROLLER, substr($from_host, 0, $end, '')) or exit;
    }
  }
  if (vec($ready, fileno(CONTROLLER), 1)) {
    sysread(CONTROLLER, my $packet, 65536) or exit;
    my $at = 0;
    while ($at < length $packet) { $at += syswrite(STDOUT, $packet, length($packet) - $at, $at) or exit; }
  }
}
`;

const mostSaid = 1024;

/** @param adapter the N of hciN. A stream that ends with an error where it cannot be had: a BleError, that says why. */
export function openUserChannel(adapter: string): Duplex {
  const child: ChildProcess = spawn('perl', ['-e', program, adapter], { stdio: ['pipe', 'pipe', 'pipe'] });
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('expected pipes to the program');
  let said = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    if (said.length < mostSaid) said += text;
  });
  const stream = new Duplex({
    read: () => void stdout.resume(),
    write: (chunk, _encoding, done) => void stdin.write(chunk, done),
    destroy: (error, done) => {
      child.kill('SIGKILL');
      done(error);
    },
  });
  stdout.on('data', (bytes) => {
    if (!stream.push(bytes)) stdout.pause();
  });
  const over = () => stream.destroy(faultOf(said));
  // What it says last says why.
  stdin.on('error', () => stderr.readableEnded && over());
  child.on('error', (cause) =>
    stream.destroy(new BleError('radio-unavailable', 'expected perl, which the HCI user channel needs', { cause })),
  );
  child.once('exit', () => (stderr.readableEnded ? over() : stderr.once('close', over)));
  return stream;
}

/** @returns undefined where the adapter went that was had */
function faultOf(said: string): BleError | undefined {
  if (said === '') return undefined;
  const number = /^errno ([0-9]{1,5})$/m.exec(said)?.[1];
  if (number !== undefined) return adapterFault(Number(number), 'the adapter');
  return new BleError('radio-unavailable', 'expected a perl that can run the HCI user channel');
}
