import { bytesToHex } from '@vitalseal/protocol';
import { beforeEach, describe, expect, test } from 'vitest';
import { cardUnderTest } from '../card-under-test.fixture.ts';

const pin = (digits: string) =>
  [...digits]
    .map((digit) => `3${digit}`)
    .join('')
    .padEnd(16, 'f');
const verify = (digits: string) => `0020000108 ${pin(digits)}`;
const setFirst = (digits: string) => `0024010108 ${pin(digits)}`;
const change = (old: string, wanted: string) => `0024000110 ${pin(old)}${pin(wanted)}`;
const unblock = (puk: string, wanted: string) => `002c000110 ${pin(puk)}${pin(wanted)}`;
const puk = '13572468';
const pukBytes = Uint8Array.from([...puk], (digit) => 0x30 + Number(digit));

async function cardWithPin() {
  const around = cardUnderTest();
  await around.exchange('00a4040c 07 f0564954414c01');
  return around;
}

let around: Awaited<ReturnType<typeof cardWithPin>>;
let exchange: (apdu: string) => Promise<string>;
beforeEach(async () => {
  around = await cardWithPin();
  exchange = around.exchange;
});

async function restart(): Promise<void> {
  await around.card.reset();
  await exchange('00a4040c 07 f0564954414c01');
}

describe('the first PIN', () => {
  test('is set on a fresh card, once, and opens the state', async () => {
    expect(await exchange(verify('1234'))).toBe('6984');
    expect(await exchange('00200001')).toBe('6984');
    expect(await exchange(setFirst('1234'))).toBe('9000');
    expect(around.stateKey()).toHaveLength(32);
    expect(await exchange('00200001')).toBe('9000');
    expect(await exchange(setFirst('4321'))).toBe('6985');
  });

  test.each([
    ['three digits', '313233ffffffffff'],
    ['no digits', 'ffffffffffffffff'],
    ['a letter', '31323341ffffffff'],
    ['digits after the filling', '31323334ff35ffff'],
    ['another filling', '3132333400000000'],
  ])('of %s is refused', async (_, field) => {
    expect(await exchange(`0024010108 ${field}`)).toBe('6a80');
    expect(await exchange(verify('1234'))).toBe('6984');
  });
});

describe('VERIFY', () => {
  beforeEach(async () => {
    await exchange(setFirst('1234'));
    await restart();
  });

  test('opens the state, with the same key each time', async () => {
    expect(around.stateKey()).toBeUndefined();
    await exchange(verify('1234'));
    const key = around.stateKey();
    await restart();
    expect(await exchange(verify('1234'))).toBe('9000');
    expect(around.stateKey()).toEqual(key);
  });

  test('has three tries, and then is blocked, also for the right PIN and after a reset', async () => {
    expect(await exchange('00200001')).toBe('63c3');
    expect(await exchange(verify('1111'))).toBe('63c2');
    expect(await exchange(verify('12345'))).toBe('63c1');
    await restart();
    expect(await exchange('00200001')).toBe('63c1');
    expect(await exchange(verify('2222'))).toBe('63c0');
    expect(await exchange(verify('1234'))).toBe('6983');
    expect(await exchange('00200001')).toBe('6983');
    await restart();
    expect(await exchange(verify('1234'))).toBe('6983');
    expect(await exchange(change('1234', '5678'))).toBe('6983');
    expect(around.stateKey()).toBeUndefined();
  });

  test('the right PIN gives all tries back', async () => {
    await exchange(verify('1111'));
    await exchange(verify('1111'));
    expect(await exchange(verify('1234'))).toBe('9000');
    expect(await exchange(verify('1111'))).toBe('63c2');
  });

  test.each([
    ['another reference', '0020000208 31323334ffffffff', '6a88'],
    ['the reference of the application', '0020008108 31323334ffffffff', '6a88'],
    ['other parameters', '0020010108 31323334ffffffff', '6a86'],
    ['seven bytes', '0020000107 31323334ffffff', '6700'],
    ['nine bytes', '0020000109 31323334ffffffffff', '6700'],
    ['a PIN of the wrong form', '0020000108 313233ffffffffff', '6a80'],
    ['data with the logging out', '0020ff0108 31323334ffffffff', '6700'],
  ])('%s spends no try', async (_, apdu, status) => {
    expect(await exchange(apdu)).toBe(status);
    expect(await exchange('00200001')).toBe('63c3');
  });

  test('P1=FF logs the patient out; what the card does by itself goes on', async () => {
    await exchange(verify('1234'));
    expect(await exchange('00200001')).toBe('9000');
    expect(await exchange('0020ff01')).toBe('9000');
    expect(around.stateKey()).toHaveLength(32);
    expect(await exchange('00200001')).toBe('63c3');
  });

  test('a wrong PIN logs the patient out', async () => {
    await exchange(verify('1234'));
    await exchange(verify('1111'));
    expect(await exchange('00200001')).toBe('63c2');
    expect(around.stateKey()).toHaveLength(32);
  });

  test('lets in whom it came from, and nobody on another channel or after another selection', async () => {
    await exchange('00700001');
    await exchange('01a4040c 07 f0564954414c01');
    await exchange(verify('1234'));
    expect(await exchange('00200001')).toBe('9000');
    expect(await exchange('01200001')).toBe('63c3');
    await exchange('00a4040c 07 f0564954414c01');
    expect(await exchange('00200001')).toBe('63c3');
  });

  test('that is blocked is blocked for whoever gave it on another channel', async () => {
    await exchange('0070000001');
    await exchange('01a4040c 07 f0564954414c01');
    expect(await exchange(`0120000108 ${pin('1234')}`)).toBe('9000');
    expect(await exchange('01200001')).toBe('9000');
    for (const left of ['63c2', '63c1', '63c0']) expect(await exchange(verify('0000'))).toBe(left);
    expect(await exchange('01200001')).toBe('6983');
  });

  test('a refusal of another kind leaves the patient present', async () => {
    await exchange(verify('1234'));
    await exchange(setFirst('4321'));
    await exchange('0020000108 313233ffffffffff');
    expect(await exchange('00200001')).toBe('9000');
  });

  test('an application that is not under the PIN gets the command itself', async () => {
    await exchange('00a4040c 07 f0564954414c02');
    expect(await exchange(verify('1234'))).toBe('6d00');
  });

  test('a PIN sent in a chain counts like any other', async () => {
    expect(await exchange('1020000104 31323334')).toBe('9000');
    expect(await exchange('0020000104 ffffffff')).toBe('9000');
    expect(await exchange('00200001')).toBe('9000');
  });

  test("who opens the state is waited for, and its failure is the command's", async () => {
    let opened = 0;
    around.vault.whenOpened(async () => {
      opened += 1;
      if (opened === 1) throw new Error('the state could not be read');
    });
    expect(await exchange(verify('1234'))).toBe('6f00');
    expect(around.stateKey()).toBeUndefined();
    expect(await exchange(verify('1234'))).toBe('9000');
    expect(await exchange(verify('1234'))).toBe('9000');
    expect(opened).toBe(2);
  });
});

describe('CHANGE REFERENCE DATA', () => {
  beforeEach(async () => {
    await exchange(setFirst('1234'));
    await restart();
  });

  test('wraps the same state key under the new PIN', async () => {
    await exchange(verify('1234'));
    const key = around.stateKey();
    expect(await exchange(change('1234', '87654321'))).toBe('9000');
    await restart();
    expect(await exchange(verify('1234'))).toBe('63c2');
    expect(await exchange(verify('87654321'))).toBe('9000');
    expect(around.stateKey()).toEqual(key);
  });

  test('a wrong old PIN spends a try and changes nothing', async () => {
    expect(await exchange(change('1111', '5678'))).toBe('63c2');
    expect(await exchange(verify('5678'))).toBe('63c1');
    expect(await exchange(verify('1234'))).toBe('9000');
  });

  test('a new PIN of the wrong form spends none', async () => {
    expect(await exchange(`0024000110 ${pin('1234')}${pin('12')}`)).toBe('6a80');
    expect(await exchange(`0024000108 ${pin('1234')}`)).toBe('6700');
    expect(await exchange(`0024020110 ${pin('1234')}${pin('5678')}`)).toBe('6a86');
    expect(await exchange('00200001')).toBe('63c3');
  });
});

describe('RESET RETRY COUNTER', () => {
  beforeEach(async () => {
    await exchange(setFirst('1234'));
    await around.vault.putPuk(pukBytes);
    await restart();
  });

  const block = async () => {
    for (let tries = 0; tries < 3; tries++) await exchange(verify('1111'));
    expect(await exchange(verify('1234'))).toBe('6983');
  };

  test('the PUK and a new PIN open a blocked card, with the same state key', async () => {
    await exchange(verify('1234'));
    const key = around.stateKey();
    await restart();
    await block();
    expect(await exchange(unblock(puk, '9999'))).toBe('9000');
    expect(around.stateKey()).toEqual(key);
    await restart();
    expect(await exchange(verify('1234'))).toBe('63c2');
    expect(await exchange(verify('9999'))).toBe('9000');
  });

  test('the PUK alone lets the old PIN count again', async () => {
    await block();
    expect(await exchange(`002c010108 ${pin(puk)}`)).toBe('9000');
    expect(await exchange(verify('1234'))).toBe('9000');
  });

  test('ten wrong ones block the PUK', async () => {
    expect(await exchange('002c0001')).toBe('63ca');
    for (let left = 9; left >= 0; left--) expect(await exchange(unblock('00000000', '9999'))).toBe(`63c${left}`);
    expect(await exchange(unblock(puk, '9999'))).toBe('6983');
    expect(await exchange('002c0001')).toBe('6983');
  });

  test('the right PUK gives its tries back', async () => {
    await exchange(unblock('00000000', '9999'));
    await exchange(unblock(puk, '9999'));
    expect(await exchange('002c0001')).toBe('63ca');
  });

  test('a PUK of the wrong form spends none', async () => {
    expect(await exchange(unblock('1234', '9999'))).toBe('6a80');
    expect(await exchange(unblock(puk, '99'))).toBe('6a80');
    expect(await exchange(`002c020108 ${pin('9999')}`)).toBe('6a86');
    expect(await exchange('002c0001')).toBe('63ca');
  });

  test('the PIN is no PUK, and the PUK no PIN', async () => {
    await exchange(change('1234', puk));
    await around.vault.putPuk(Uint8Array.from([...'24681357'], (digit) => 0x30 + Number(digit)));
    await restart();
    expect(await exchange(unblock(puk, '9999'))).toBe('63c9');
    expect(await exchange(verify('24681357'))).toBe('63c2');
  });
});

describe('the hospital', () => {
  test('gives a PUK only while the state is open', async () => {
    await expect(around.vault.putPuk(pukBytes)).rejects.toMatchObject({ code: 'element-locked' });
    expect(await exchange(unblock(puk, '9999'))).toBe('6984');
    expect(await exchange('002c0001')).toBe('6984');
  });

  test('lets a blocked PIN count again, without knowing it', async () => {
    expect(await around.vault.resetTries()).toBe(false);
    await exchange(setFirst('1234'));
    for (let tries = 0; tries < 3; tries++) await exchange(verify('1111'));
    await around.card.reset();
    expect(await around.vault.resetTries()).toBe(true);
    await exchange('00a4040c 07 f0564954414c01');
    expect(await exchange(verify('1234'))).toBe('9000');
  });

  test('terminates a card: neither PIN nor PUK opens its state again', async () => {
    await exchange(setFirst('1234'));
    await around.vault.putPuk(pukBytes);
    await around.vault.destroy();
    expect(around.stateKey()).toBeUndefined();
    expect(await exchange(verify('1234'))).toBe('6984');
    expect(await exchange(unblock(puk, '9999'))).toBe('6984');
    expect(await around.storage.list('')).toEqual([]);
  });
});

test('a vault that is being destroyed takes no first PIN', async () => {
  const { vault, storage } = cardUnderTest();
  const digits = Uint8Array.from(pukBytes);
  await vault.setFirst(digits);
  const [, first] = await Promise.all([vault.destroy(), vault.setFirst(digits)]);
  expect(first).toBe(false);
  expect(await storage.list('')).toEqual([]);
});

test('neither PIN nor state key is in the store as it is', async () => {
  await exchange(setFirst('73519264'));
  const key = bytesToHex(around.stateKey() ?? new Uint8Array());
  for (const name of await around.storage.list('')) {
    const stored = bytesToHex((await around.storage.read(name)) ?? new Uint8Array());
    expect(stored).not.toContain(key);
    expect(stored).not.toContain(pin('73519264'));
  }
});
