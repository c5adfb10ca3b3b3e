// Every screen of the patient's app: the state of the phone, what is behind the #, and what is pressed to come there.
import type { Page } from 'playwright-core';

export interface Screen {
  readonly state: string;
  readonly screen?: string;
  /** Of links and buttons in the content, as they stand there. */
  readonly press?: readonly number[];
  readonly type?: readonly string[];
}

export const screens: readonly Screen[] = [
  { state: 'opening' },
  { state: 'elsewhere' },
  { state: 'unusable' },
  { state: 'lost' },
  { state: 'lost-nothing' },
  { state: 'fresh' },
  { state: 'fresh', press: [0] },
  { state: 'fresh', press: [1] },
  { state: 'fresh', press: [1, 1], type: ['VS1-AAAAA'] },
  { state: 'activating' },
  { state: 'locked' },
  { state: 'locked-once-more', press: [1], type: ['1357'] },
  { state: 'locked', press: [2] },
  { state: 'blocked' },
  { state: 'blocked', press: [0] },
  { state: 'well' },
  { state: 'empty' },
  { state: 'sending' },
  { state: 'offline' },
  { state: 'distrust' },
  { state: 'busy' },
  { state: 'refused' },
  { state: 'quiet' },
  { state: 'withdrawn' },
  { state: 'troubled' },
  { state: 'update' },
  { state: 'helped' },
  { state: 'unheard' },
  { state: 'well', screen: 'kind/pulse' },
  { state: 'well', screen: 'kind/pressure' },
  { state: 'refused', screen: 'kind/temperature' },
  { state: 'offline', screen: 'hour' },
  { state: 'empty', screen: 'hour' },
  { state: 'well', screen: 'enter' },
  { state: 'well', screen: 'enter/temperature', type: ['39.9'], press: [1] },
  { state: 'well', screen: 'enter/pressure', type: ['79', '128'], press: [1] },
  { state: 'well', screen: 'enter/oxygen' },
  { state: 'well', screen: 'enter/consciousness', press: [5] },
  { state: 'well', screen: 'enter/oxygen', press: [2, 1] },
  { state: 'well', screen: 'help' },
  { state: 'locked', screen: 'help' },
  { state: 'fresh', screen: 'help' },
  { state: 'lost', screen: 'help' },
  { state: 'asking', screen: 'help' },
  { state: 'helped', screen: 'help' },
  { state: 'unheard', screen: 'help' },
  { state: 'well', screen: 'sensors' },
  { state: 'troubled', screen: 'sensors', press: [0] },
  { state: 'no-bluetooth', screen: 'sensors' },
  { state: 'well', screen: 'sensors', press: [0] },
  { state: 'well', screen: 'sensors/add' },
  { state: 'well', screen: 'sensors/add', press: [1] },
  { state: 'well', screen: 'sensors/add', press: [1, 1], type: ['12345'] },
  { state: 'well', screen: 'sensors/add', press: [2, 1] },
  { state: 'well', screen: 'background' },
  { state: 'well', screen: 'sharing' },
  { state: 'well', screen: 'sharing', press: [0] },
  { state: 'troubled', screen: 'sharing' },
  { state: 'no-bluetooth', screen: 'sharing' },
  { state: 'well', screen: 'settings' },
  { state: 'well', screen: 'settings/pin' },
  { state: 'well', screen: 'settings/pin', type: ['2468'], press: [2] },
  { state: 'offline', screen: 'settings/wipe', press: [1] },
];

export const nameOf = ({ state, screen = 'today', press = [], type = [] }: Screen): string =>
  `${screen} (${state})${type.length > 0 ? `, typed ${type.join(' and ')}` : ''}${press.length > 0 ? `, pressed ${press.join(', ')}` : ''}`;

const pressable = 'main a[href], main button';

/** Types what is to be typed, then presses. */
export async function walk(page: Page, { press = [], type = [] }: Screen): Promise<void> {
  const fields = page.locator('main input:not([type=radio])');
  const fill = async () => {
    for (const [at, text] of type.entries()) if (at < (await fields.count())) await fields.nth(at).fill(text);
  };
  await fill();
  for (const at of press) {
    await page.locator(pressable).nth(at).click();
    await fill();
  }
  await page.mouse.move(0, 0);
}
