// Plays the bursts of alarm-sound.ts, for as long as something asks for them. A browser lets no page sound before a
// person has touched it: until then the player says so, and the page shows it.

import type { AlarmPriority } from '@vitalseal/protocol';
import { type Burst, burstSeconds, bursts, type Pulse } from '../alarm/alarm-sound.ts';

const harmonics = [1, 0.6, 0.45, 0.3, 0.2];
const rise = 0.015;

export class AlarmPlayer {
  #context: AudioContext | undefined;
  #wanted: AlarmPriority | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get audible(): boolean {
    return this.#context?.state === 'running';
  }

  /** To be called from a click or a key: nothing else may turn sound on. */
  async unlock(): Promise<void> {
    this.#context ??= new AudioContext();
    this.#context.onstatechange = this.#onChange;
    await this.#context.resume();
    this.#onChange();
  }

  /** What should sound from now on; a change of priority starts its burst at once. */
  want(priority: AlarmPriority | undefined): void {
    if (priority === this.#wanted) return;
    this.#wanted = priority;
    clearTimeout(this.#timer);
    this.#playOn();
  }

  close(): void {
    this.want(undefined);
    void this.#context?.close();
    this.#context = undefined;
  }

  #playOn(): void {
    if (this.#wanted === undefined) return;
    const burst = bursts[this.#wanted];
    if (this.#context?.state === 'running') play(this.#context, burst);
    this.#timer = setTimeout(() => this.#playOn(), (burstSeconds(burst) + burst.pause) * 1000);
  }
}

function play(context: AudioContext, burst: Burst): void {
  for (const pulse of burst.pulses) playPulse(context, pulse, burst.level);
}

function playPulse(context: AudioContext, { at, duration, pitch }: Pulse, level: number): void {
  const start = context.currentTime + 0.02 + at;
  const envelope = context.createGain();
  envelope.gain.setValueAtTime(0, start);
  envelope.gain.linearRampToValueAtTime(level / harmonics.length, start + rise);
  envelope.gain.setValueAtTime(level / harmonics.length, start + duration - rise);
  envelope.gain.linearRampToValueAtTime(0, start + duration);
  envelope.connect(context.destination);
  harmonics.forEach((share, i) => {
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.frequency.value = pitch * (i + 1);
    gain.gain.value = share;
    tone.connect(gain).connect(envelope);
    tone.start(start);
    tone.stop(start + duration);
  });
}
