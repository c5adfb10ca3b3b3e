// swtpm behind a character device, the nearest thing to /dev/tpm0 on a machine that has none: a pseudo-terminal in raw mode,
// opened, written and read as a device is. What it does not show: the kernel's own framing, EBUSY, and its resource manager.
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface CharacterDevice {
  /** `/dev/pts/…` */
  readonly address: string;
  /** It answers nothing any more, until it is resumed. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** Node cannot ask the kernel for a pseudo-terminal; Debian's perl-base is on every machine. */
const program = `
$^F = 20; $| = 1;
open(my $master, '+<', '/dev/ptmx') or die $!;
my $zero = pack('i', 0); ioctl($master, 0x40045431, $zero) or die $!;
my $number = pack('i', 0); ioctl($master, 0x80045430, $number) or die $!;
my $path = '/dev/pts/' . unpack('i', $number);
open(my $held, '+<', $path) or die $!;
system('stty', '-F', $path, 'raw', '-echo') == 0 or die;
print "$path\\n";
exec 'swtpm', 'chardev', '--tpm2', '--fd', fileno($master), '--tpmstate', "dir=$ARGV[0],mode=0600",
  '--flags', 'not-need-init,startup-clear';
`;

export async function startCharacterDevice(): Promise<CharacterDevice> {
  const folder = await mkdtemp(join(tmpdir(), 'vs-tpm-'));
  const state = join(folder, 'state');
  await mkdir(state, { mode: 0o700 });
  const child = spawn('perl', ['-e', program, state], { stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = Promise.withResolvers<void>();
  child.once('exit', () => exited.resolve());
  const path = await Promise.race([
    new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)),
    exited.promise.then((): never => {
      throw new Error('expected swtpm to start behind a pseudo-terminal');
    }),
  ]);
  return {
    address: path,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      child.kill('SIGKILL');
      await exited.promise;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
