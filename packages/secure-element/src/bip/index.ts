// The bearer independent protocol on the card's side.

export { BipChannel, type BipDestination } from './bip-channel.ts';
