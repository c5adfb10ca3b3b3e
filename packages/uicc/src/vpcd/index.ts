// Any card of ours as a card in a reader of the PC/SC stack.

export { type PresentedCard, presentCard, type SlotState, type VpcdOptions, vpcdPort } from './present-card.ts';
