// TCP in place of Bluetooth LE, until the radio comes: each frame behind its length in two bytes, the first one the
// MTU exchange (two bytes each way, the smaller counts), as ATT begins. TCP adds nothing to the protocol's own safety:
// whoever connects sees sealed records and sizes, and can do no more than a radio in the room.

import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';
import { type Bytes, largestMtu, leastMtu } from '@vitalseal/protocol';
import { Arrivals } from './arrivals.ts';
import { SensorLinkError } from './errors.ts';
import { defaultMtu, type Link } from './link.ts';

export interface TcpConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly mtu?: number;
  readonly timeoutMs?: number;
}

/** @throws SensorLinkError `link-unreachable` */
export function connectTcp({ host, port, mtu = defaultMtu, timeoutMs = 10_000 }: TcpConnectOptions): Promise<Link> {
  return new Promise((resolve, reject) => {
    const socket = openSocket({ host, port, noDelay: true });
    const timer = setTimeout(() => socket.destroy(new Error('no answer in time')), timeoutMs);
    socket.once('close', () => {
      clearTimeout(timer);
      reject(new SensorLinkError('link-unreachable', 'expected a phone that listens at the address given'));
    });
    carry(socket, mtu, (link) => {
      clearTimeout(timer);
      resolve(link);
    });
  });
}

export interface TcpListener {
  readonly port: number;
  close(): Promise<void>;
}

export interface TcpListenOptions {
  readonly host: string;
  readonly port: number;
  readonly mtu?: number;
  readonly accept: (link: Link) => void;
}

const mostSilent = 16;

/** @throws SensorLinkError `link-unreachable` if the address cannot be listened on */
export function listenTcp({ host, port, mtu = largestMtu, accept }: TcpListenOptions): Promise<TcpListener> {
  const sockets = new Set<Socket>();
  /** Without an MTU yet, in the order in which they came. */
  const silent = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    silent.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      silent.delete(socket);
    });
    carry(socket, mtu, (link) => {
      silent.delete(socket);
      accept(link);
    });
    // The oldest goes: whoever connects and says nothing must not keep a sensor out.
    for (const oldest of silent) {
      if (silent.size <= mostSilent) break;
      silent.delete(oldest);
      oldest.destroy();
    }
  });
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new SensorLinkError('link-unreachable', 'expected a free address to listen on', { cause }));
    });
    server.listen(port, host, () => resolve({ port: portOf(server), close: () => closeAll(server, sockets) }));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function closeAll(server: Server, sockets: Set<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}

function carry(socket: Socket, ownMtu: number, ready: (link: Link) => void): void {
  const arrivals = new Arrivals();
  let agreed: number | undefined;
  let pending = new Uint8Array(0);

  const fail = (message: string) => {
    const error = new SensorLinkError('link-malformed', message);
    arrivals.close(error);
    socket.destroy();
  };

  const begin = (offer: Uint8Array) => {
    const theirs = ((offer[0] ?? 0) << 8) | (offer[1] ?? 0);
    if (offer.length !== 2 || theirs < leastMtu) return fail('expected an MTU exchange first');
    const mtu = Math.min(ownMtu, theirs, largestMtu);
    agreed = mtu;
    ready({
      mtu,
      listen: (listener) => arrivals.listen(listener),
      send: (frame) => {
        if (!arrivals.isClosed) write(socket, frame);
      },
      close: (reason) => {
        arrivals.close(reason);
        socket.end();
        socket.destroySoon();
      },
    });
  };

  socket.on('data', (chunk) => {
    pending = pending.length === 0 ? new Uint8Array(chunk) : joined(pending, chunk);
    let offset = 0;
    while (pending.length - offset >= 2 && !arrivals.isClosed) {
      const length = ((pending[offset] ?? 0) << 8) | (pending[offset + 1] ?? 0);
      if (length > largestMtu) return fail('expected a frame within the MTU');
      if (pending.length - offset - 2 < length) break;
      const frame = pending.slice(offset + 2, offset + 2 + length);
      offset += 2 + length;
      if (agreed === undefined) begin(frame);
      else arrivals.frame(frame);
    }
    pending = pending.slice(offset);
  });
  socket.on('error', () => {}); // 'close' follows and says it
  socket.on('close', () => arrivals.close(undefined));
  write(socket, Uint8Array.of(ownMtu >> 8, ownMtu & 0xff));
}

function write(socket: Socket, frame: Bytes): void {
  const whole = new Uint8Array(2 + frame.length);
  whole[0] = frame.length >> 8;
  whole[1] = frame.length & 0xff;
  whole.set(frame, 2);
  socket.write(whole);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
