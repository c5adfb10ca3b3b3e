// What `/dev/tpmrm0` is and swtpm is not: one TPM for several programs at once, none of which sees another's handles.
import { createServer, type Socket } from 'node:net';
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import { openTransport } from '@vitalseal/tpm/testing';

const getCapability = 0x17a;
const handles = 1;

export interface ResourceManager {
  readonly address: string;
  close(): Promise<void>;
}

/** @param before told of each command, which goes on to the TPM when it resolves */
export async function manageResources(
  address: string,
  before: (commandCode: number) => Promise<void>,
): Promise<ResourceManager> {
  const tpm = await openTransport(address, 5000);
  let turn: Promise<unknown> = Promise.resolve();
  const open = new Set<Socket>();
  const answer = async (command: Bytes): Promise<Bytes> => {
    const view = new DataView(command.buffer);
    const code = view.getUint32(6);
    if (code === getCapability && view.getUint32(10) === handles) return none;
    await before(code);
    const answered = turn.then(() => tpm.exchange(command));
    turn = answered.catch(() => undefined);
    return answered;
  };
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', async (bytes: Buffer) => socket.write(await answer(new Uint8Array(bytes))));
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const at = server.address();
  return {
    address: `tcp:127.0.0.1:${typeof at === 'object' ? at?.port : 0}`,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await tpm.close();
    },
  };
}

/** TPM_RC_SUCCESS, nothing more to tell, and no handle. */
const none = concatBytes(
  Uint8Array.of(0x80, 0x01, 0, 0, 0, 19, 0, 0, 0, 0),
  Uint8Array.of(0, 0, 0, 0, handles, 0, 0, 0, 0),
);
