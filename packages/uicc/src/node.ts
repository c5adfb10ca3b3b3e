// Ways to a card that only Node has.

export * from './pcsc/index.ts';
export * from './vpcd/index.ts';
